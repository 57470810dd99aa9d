using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Clew.Server.Access;

/// <summary>
/// Where the framework's account manager keeps what it knows of people: our table. What must be counted right although twenty guess
/// at once is counted in the database.
/// </summary>
public sealed class PersonStore(People people, NpgsqlDataSource database, IDataProtectionProvider seals) :
    IUserPasswordStore<Person>, IUserSecurityStampStore<Person>, IUserLockoutStore<Person>, IUserTwoFactorStore<Person>, IUserAuthenticatorKeyStore<Person>, IUserTwoFactorRecoveryCodeStore<Person>
{
    private readonly IDataProtector seal = seals.CreateProtector("Clew.Access.Otp");

    /// <inheritdoc/>
    public Task<string> GetUserIdAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.Name);

    /// <inheritdoc/>
    public Task<string?> GetUserNameAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Name);

    /// <inheritdoc/>
    public Task SetUserNameAsync(Person user, string? userName, CancellationToken cancellationToken) => throw new NotSupportedException("The ledger knows people by their names: they stay.");

    /// <inheritdoc/>
    public Task<string?> GetNormalizedUserNameAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Name.ToLowerInvariant());

    /// <inheritdoc/>
    public Task SetNormalizedUserNameAsync(Person user, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<IdentityResult> CreateAsync(Person user, CancellationToken cancellationToken) => throw new NotSupportedException("People are added by AccessDesk, which has it recorded.");

    /// <inheritdoc/>
    public Task<IdentityResult> DeleteAsync(Person user, CancellationToken cancellationToken) => throw new NotSupportedException("The ledger names people for ever: they are disabled.");

    /// <inheritdoc/>
    public async Task<IdentityResult> UpdateAsync(Person user, CancellationToken cancellationToken)
    {
        // The manager writes back after every attempt. What this attempt did not change may have been changed by another meanwhile.
        if (user.Secrets == user.SecretsAsRead)
        {
            return IdentityResult.Success;
        }

        await using var command = database.CreateCommand("update person set password = $2, stamp = $3, otp_key = $4, has_otp = $5, recovery = $6 where name = $1");
        foreach (var value in (object?[])[user.Name, user.Password, user.Stamp, user.OtpKey, user.HasOtp, user.Recovery.ToArray()])
        {
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
        return IdentityResult.Success;
    }

    /// <inheritdoc/>
    public Task<Person?> FindByIdAsync(string userId, CancellationToken cancellationToken) => people.Find(userId, cancellationToken);

    /// <inheritdoc/>
    public Task<Person?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => people.Find(normalizedUserName, cancellationToken);

    /// <inheritdoc/>
    public Task SetPasswordHashAsync(Person user, string? passwordHash, CancellationToken cancellationToken)
    {
        user.Password = passwordHash;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<string?> GetPasswordHashAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.Password);

    /// <inheritdoc/>
    public Task<bool> HasPasswordAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.Password is not null);

    /// <inheritdoc/>
    public Task SetSecurityStampAsync(Person user, string stamp, CancellationToken cancellationToken)
    {
        user.Stamp = stamp;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<string?> GetSecurityStampAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Stamp);

    /// <inheritdoc/>
    public Task<DateTimeOffset?> GetLockoutEndDateAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.LockedUntil);

    /// <inheritdoc/>
    public async Task SetLockoutEndDateAsync(Person user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken)
    {
        // At once and by itself: who fails at the same moment has read the person before, and would open again by writing all back.
        await using var command = database.CreateCommand("update person set locked_until = $2 where name = $1");
        command.Parameters.Add(new() { Value = user.Name });
        command.Parameters.Add(new() { Value = (object?)lockoutEnd?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz });
        await command.ExecuteNonQueryAsync(cancellationToken);
        user.LockedUntil = lockoutEnd;
    }

    /// <inheritdoc/>
    public async Task<int> IncrementAccessFailedCountAsync(Person user, CancellationToken cancellationToken) =>
        user.Failures = (int)(await Count(user, "update person set failures = failures + 1 where name = $1 returning failures", cancellationToken) ?? 0);

    /// <inheritdoc/>
    public async Task ResetAccessFailedCountAsync(Person user, CancellationToken cancellationToken)
    {
        await Count(user, "update person set failures = 0 where name = $1", cancellationToken);
        user.Failures = 0;
    }

    /// <inheritdoc/>
    public Task<int> GetAccessFailedCountAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.Failures);

    /// <inheritdoc/>
    public Task<bool> GetLockoutEnabledAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <inheritdoc/>
    public Task SetLockoutEnabledAsync(Person user, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task SetTwoFactorEnabledAsync(Person user, bool enabled, CancellationToken cancellationToken)
    {
        user.HasOtp = enabled;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> GetTwoFactorEnabledAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.HasOtp);

    /// <inheritdoc/>
    public Task SetAuthenticatorKeyAsync(Person user, string key, CancellationToken cancellationToken)
    {
        user.OtpKey = seal.Protect(key);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<string?> GetAuthenticatorKeyAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.OtpKey is { } kept ? seal.Unprotect(kept) : null);

    /// <inheritdoc/>
    public Task ReplaceCodesAsync(Person user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken)
    {
        user.Recovery = [.. recoveryCodes.Select(Hash)];
        return Task.CompletedTask;
    }

    /// <summary>Takes the code out in the database, so that it is good once although it comes twice at the same moment.</summary>
    public async Task<bool> RedeemCodeAsync(Person user, string code, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("update person set recovery = array_remove(recovery, $2) where name = $1 and $2 = any(recovery)");
        command.Parameters.Add(new() { Value = user.Name });
        command.Parameters.Add(new() { Value = Hash(code) });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <inheritdoc/>
    public Task<int> CountCodesAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.Recovery.Count);

    /// <summary>Whether this code of the authenticator app comes for the first time. Five are good at any moment: two steps before and behind.</summary>
    public async Task<bool> UseOtp(Person user, string code, CancellationToken ct)
    {
        await using var command = database.CreateCommand("update person set otp_used = (array_prepend($2, otp_used))[1:5] where name = $1 and not $2 = any(otp_used)");
        command.Parameters.Add(new() { Value = user.Name });
        command.Parameters.Add(new() { Value = Hash(code) });
        return await command.ExecuteNonQueryAsync(ct) > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    // Random texts of our own making: a plain hash is hash enough.
    private static string Hash(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code.Trim().ToUpperInvariant())));

    private async Task<object?> Count(Person user, string sql, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = user.Name });
        return await command.ExecuteScalarAsync(ct);
    }
}
