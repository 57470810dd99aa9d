using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Clew.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Access;

/// <summary>A key of a system, without what it is.</summary>
/// <param name="Only">Of what the role may, only this; nothing: all of it.</param>
/// <param name="EndsAt">When it runs out by itself.</param>
public sealed record KeptKey(
    Guid Id, string Name, string Role, string? Party, IReadOnlyList<Deed>? Only, DateTimeOffset MadeAt, string MadeBy, DateTimeOffset? EndsAt, DateTimeOffset? WithdrawnAt, DateTimeOffset? LastUsedAt, string? LastAddress);

/// <summary>
/// Keys of systems: shown once, kept as a hash. A key is 256 random bits, so a plain SHA-256 is hash enough. A system may have several:
/// the new one is put in before the old one is withdrawn.
/// </summary>
public sealed class Keys(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>How many are shown at once.</summary>
    public const int ListMax = 1_000;

    /// <summary>Known answers are remembered this long, so that a withdrawn key ends soon and a busy sender costs no query.</summary>
    private static readonly TimeSpan MemoryMax = TimeSpan.FromSeconds(30);

    /// <summary>Bound of the memory, against a flood of wrong keys.</summary>
    private const int RememberedMax = 10_000;

    private readonly ConcurrentDictionary<string, (Caller? Caller, DateTimeOffset Until)> remembered = new(StringComparer.Ordinal);

    /// <summary>Makes a key for a system and returns its text, which is nowhere else.</summary>
    public Task<string> Issue(string name, string role, string? party, CancellationToken ct) => Issue(name, role, party, null, null, "system:clew", ct);

    /// <inheritdoc cref="Issue(string, string, string?, CancellationToken)"/>
    /// <param name="only">Of what the role may, only this.</param>
    /// <param name="endsAt">When it runs out by itself.</param>
    /// <param name="by">Who makes it.</param>
    public async Task<string> Issue(string name, string role, string? party, IReadOnlyList<Deed>? only, DateTimeOffset? endsAt, string by, CancellationToken ct)
    {
        var text = "clew_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        await using var command = database.CreateCommand("insert into api_key (id, name, role, party, only_deeds, hash, made_at, made_by, ends_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
        command.Parameters.Add(new() { Value = Guid.CreateVersion7() });
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = role });
        command.Parameters.Add(new() { Value = (object?)party ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = only is null ? DBNull.Value : only.Select(d => d.ToString()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = Hash(text) });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new() { Value = by });
        command.Parameters.Add(new() { Value = (object?)endsAt?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        await command.ExecuteNonQueryAsync(ct);
        remembered.Clear();
        return text;
    }

    /// <summary>Ends a key; false when there is none that could be ended. Other servers hear of it within half a minute.</summary>
    public async Task<bool> Withdraw(Guid id, CancellationToken ct)
    {
        await using var command = database.CreateCommand("update api_key set withdrawn_at = $2 where id = $1 and withdrawn_at is null");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        var isDone = await command.ExecuteNonQueryAsync(ct) > 0;
        remembered.Clear();
        return isDone;
    }

    /// <summary>All keys, those that are good first; or the one with this id.</summary>
    public async Task<IReadOnlyList<KeptKey>> All(Guid? id, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"""
            select id, name, role, party, only_deeds, made_at, made_by, ends_at, withdrawn_at, last_used_at, last_address from api_key
            where $1::uuid is null or id = $1 order by withdrawn_at is not null, name, made_at desc limit {ListMax}
            """);
        command.Parameters.Add(new() { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        await using var row = await command.ExecuteReaderAsync(ct);
        var all = new List<KeptKey>();
        while (await row.ReadAsync(ct))
        {
            DateTimeOffset? Moment(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
            string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
            all.Add(new KeptKey(
                row.GetGuid(0), row.GetString(1), row.GetString(2), Text(3), Caller.Deeds(row.IsDBNull(4) ? null : row.GetFieldValue<string[]>(4)), Moment(5)!.Value, row.GetString(6), Moment(7), Moment(8), Moment(9), Text(10)));
        }

        return all;
    }

    /// <summary>Whose key it is, or nothing.</summary>
    /// <param name="address">Where it is used from.</param>
    public async ValueTask<Caller?> Find(string text, string address, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (remembered.TryGetValue(text, out var known) && known.Until > now)
        {
            return known.Caller;
        }

        await using var command = database.CreateCommand("""
            update api_key set last_used_at = $2, last_address = $3 where hash = $1 and withdrawn_at is null and (ends_at is null or ends_at > $2)
            returning name, role, party, only_deeds, ends_at
            """);
        command.Parameters.Add(new() { Value = Hash(text) });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = address });
        await using var row = await command.ExecuteReaderAsync(ct);
        var until = now + MemoryMax;
        Caller? caller = null;
        if (await row.ReadAsync(ct))
        {
            caller = new Caller("system:" + row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), Caller.Deeds(row.IsDBNull(3) ? null : row.GetFieldValue<string[]>(3)));
            until = !row.IsDBNull(4) && row.GetFieldValue<DateTimeOffset>(4) is var ends && ends < until ? ends : until;
        }

        if (remembered.Count >= RememberedMax)
        {
            remembered.Clear();
        }

        remembered[text] = (caller, until);
        return caller;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}

/// <summary>Takes <c>Authorization: Bearer clew_…</c>.</summary>
public sealed class KeyAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Keys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "key";

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer"; // RFC 9110 11.6.1
        return base.HandleChallengeAsync(properties);
    }

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        var caller = await keys.Find(header[7..].Trim(), Sessions.Address(Context), Context.RequestAborted);
        return caller is null
            ? AuthenticateResult.Fail("unknown key")
            : AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(SchemeName), SchemeName));
    }
}
