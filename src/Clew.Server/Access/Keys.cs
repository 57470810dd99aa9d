using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Clew.Server.Access;

/// <summary>Keys of systems: shown once, kept as a hash. A key is 256 random bits, so a plain SHA-256 is hash enough.</summary>
public sealed class Keys(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Known answers are remembered this long, so that a withdrawn key ends soon and a busy sender costs no query.</summary>
    private static readonly TimeSpan MemoryMax = TimeSpan.FromSeconds(30);

    /// <summary>Bound of the memory, against a flood of wrong keys.</summary>
    private const int RememberedMax = 10_000;

    private readonly ConcurrentDictionary<string, (Caller? Caller, DateTimeOffset Until)> remembered = new(StringComparer.Ordinal);

    /// <summary>Makes a key for a system and returns its text, which is nowhere else.</summary>
    public async Task<string> Issue(string name, string role, string? party, CancellationToken ct)
    {
        var text = "clew_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        await using var command = database.CreateCommand("insert into system_key (name, role, party, hash) values ($1, $2, $3, $4) on conflict (name) do update set role = excluded.role, party = excluded.party, hash = excluded.hash");
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = role });
        command.Parameters.Add(new() { Value = (object?)party ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = Hash(text) });
        await command.ExecuteNonQueryAsync(ct);
        remembered.Clear();
        return text;
    }

    /// <summary>Whose key it is, or nothing.</summary>
    public async ValueTask<Caller?> Find(string text, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (remembered.TryGetValue(text, out var known) && known.Until > now)
        {
            return known.Caller;
        }

        await using var command = database.CreateCommand("select name, role, party from system_key where hash = $1");
        command.Parameters.Add(new() { Value = Hash(text) });
        await using var row = await command.ExecuteReaderAsync(ct);
        var caller = await row.ReadAsync(ct) ? new Caller("system:" + row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2)) : null;
        if (remembered.Count >= RememberedMax)
        {
            remembered.Clear();
        }

        remembered[text] = (caller, now + MemoryMax);
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

        var caller = await keys.Find(header[7..].Trim(), Context.RequestAborted);
        return caller is null
            ? AuthenticateResult.Fail("unknown key")
            : AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(SchemeName), SchemeName));
    }
}
