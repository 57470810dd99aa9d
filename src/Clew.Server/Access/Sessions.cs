using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Npgsql;

namespace Clew.Server.Access;

/// <summary>Somebody who is signed in at some browser.</summary>
/// <param name="Address">The address that it began from.</param>
/// <param name="IsThis">It is the one that asks.</param>
public sealed record Session(Guid Id, DateTimeOffset BegunAt, DateTimeOffset SeenAt, string Address, string Browser, bool IsThis);

/// <summary>
/// Who is signed in where. A cookie is only the name of a row: a person who is kept out, gets another role or ends a session is so with
/// the next request, at every server on this database.
/// </summary>
public sealed class Sessions(NpgsqlDataSource database, TimeProvider clock) : ITicketStore
{
    /// <summary>The claim that holds the session's id.</summary>
    public const string IdClaim = "clew:session";

    // However busy somebody is: after a week the password is asked for again.
    private static readonly TimeSpan LifeMax = TimeSpan.FromDays(7);

    // Seen is written down this often, not with every request.
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    private const int BrowserMax = 200;

    /// <inheritdoc/>
    public Task<string> StoreAsync(AuthenticationTicket ticket) => StoreAsync(ticket, new DefaultHttpContext(), CancellationToken.None);

    /// <inheritdoc/>
    public async Task<string> StoreAsync(AuthenticationTicket ticket, HttpContext httpContext, CancellationToken cancellationToken)
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var now = clock.GetUtcNow();
        var browser = httpContext.Request.Headers.UserAgent.ToString();

        // What has run out goes with the next that begins.
        await Do("with gone as (delete from session where ends_at < $4) insert into session (hash, id, person, begun_at, seen_at, ends_at, address, browser) values ($1, $2, $3, $4, $4, $5, $6, $7)", cancellationToken,
            Hash(key), Guid.CreateVersion7(), NameOf(ticket.Principal), now.UtcDateTime, (ticket.Properties.ExpiresUtc ?? now).UtcDateTime, Address(httpContext), browser.Length > BrowserMax ? browser[..BrowserMax] : browser);
        return key;
    }

    /// <inheritdoc/>
    public Task RenewAsync(string key, AuthenticationTicket ticket) =>
        Do("update session set ends_at = least($2, begun_at + $3) where hash = $1", CancellationToken.None, Hash(key), (ticket.Properties.ExpiresUtc ?? clock.GetUtcNow()).UtcDateTime, LifeMax);

    /// <inheritdoc/>
    public async Task<AuthenticationTicket?> RetrieveAsync(string key)
    {
        var now = clock.GetUtcNow();
        await using var command = database.CreateCommand("""
            with seen as (update session set seen_at = $2 where hash = $1 and seen_at < $3)
            select s.id, s.begun_at, s.ends_at, p.name, p.name_en, p.name_zh, p.role, p.party from session s join person p on p.name = s.person where s.hash = $1 and s.ends_at > $2 and p.disabled_at is null
            """);
        command.Parameters.Add(new() { Value = Hash(key) });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = (now - SeenEvery).UtcDateTime });
        await using var row = await command.ExecuteReaderAsync();
        if (!await row.ReadAsync())
        {
            return null;
        }

        var person = new Person(row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7));
        var principal = SignIn.Principal(person);
        ((ClaimsIdentity)principal.Identity!).AddClaim(new Claim(IdClaim, row.GetGuid(0).ToString()));
        var ends = row.GetFieldValue<DateTimeOffset>(2);
        return new AuthenticationTicket(principal, new AuthenticationProperties { IssuedUtc = ends - SignIn.CookieLife, ExpiresUtc = ends, AllowRefresh = true }, SignIn.CookieScheme);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string key) => Do("delete from session where hash = $1", CancellationToken.None, Hash(key));

    /// <summary>Where a person is signed in, the newest first.</summary>
    public async Task<IReadOnlyList<Session>> Of(string person, ClaimsPrincipal asks, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select id, begun_at, seen_at, address, browser from session where person = $1 and ends_at > $2 order by seen_at desc limit 100");
        command.Parameters.Add(new() { Value = person });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        await using var row = await command.ExecuteReaderAsync(ct);
        var own = asks.FindFirstValue(IdClaim);
        var all = new List<Session>();
        while (await row.ReadAsync(ct))
        {
            all.Add(new Session(row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2), row.GetString(3), row.GetString(4), row.GetGuid(0).ToString() == own));
        }

        return all;
    }

    /// <summary>Whether something was signed in this session.</summary>
    public async Task<bool> HasSigned(ClaimsPrincipal asks, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select signed_at is not null from session where id = $1");
        command.Parameters.Add(new() { Value = Own(asks) });
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Notes that something was.</summary>
    public Task Signed(ClaimsPrincipal asks, CancellationToken ct) => Do("update session set signed_at = $2 where id = $1", ct, Own(asks), clock.GetUtcNow().UtcDateTime);

    /// <summary>Ends one session of this person.</summary>
    public Task End(string person, Guid id, CancellationToken ct) => Do("delete from session where person = $1 and id = $2", ct, person, id);

    /// <summary>Ends all sessions of this person but the one that asks.</summary>
    public Task EndOthers(string person, ClaimsPrincipal asks, CancellationToken ct) =>
        Do("delete from session where person = $1 and id <> $2", ct, person, Own(asks));

    /// <summary>The address that a request comes from.</summary>
    public static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";

    private static Guid Own(ClaimsPrincipal asks) => Guid.TryParse(asks.FindFirstValue(IdClaim), out var own) ? own : Guid.Empty;

    private static string NameOf(ClaimsPrincipal principal) => (principal.Identity?.Name ?? "")["user:".Length..];

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private async Task Do(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(ct);
    }
}
