using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Clew.Access;
using Clew.Server.Access;
using Clew.Server.Ledger;
using Clew.Server.Web;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Integration.Subscriptions;

/// <summary>Somebody who is told of events that meet a query.</summary>
/// <param name="Schedule">When; nothing means as facts come.</param>
/// <param name="Position">Everything before was answered with 2xx, did not meet the query, or is a dead letter.</param>
/// <param name="Size">Of the ledger.</param>
/// <param name="Attempts">That failed at this position.</param>
/// <param name="Status">Of the last answer.</param>
/// <param name="Error">Why the last attempt failed.</param>
/// <param name="DeadLetters">How many deliveries were given up.</param>
public sealed record Subscriber(
    Guid Id, string Query, Caller Owner, DateTimeOffset CreatedAt, Uri Dest, Schedule? Schedule, bool IfEmpty, long Position, long Size,
    DateTimeOffset DueAt, int Attempts, int? Status, string? Error, DateTimeOffset? AnsweredAt, int DeadLetters);

/// <summary>A delivery that was given up: the events of these positions.</summary>
public sealed record DeadLetter(long First, long Until, int Events, int Attempts, int? Status, string? Error, DateTimeOffset At);

/// <summary>Subscribers, as they stand in the database.</summary>
public sealed class Subscribers(NpgsqlDataSource database, IDataProtectionProvider seals, TimeProvider clock)
{
    /// <summary>Subscribers of one owner: each new fact is compared with the query of each of them.</summary>
    public const int SubscribersMax = 100;

    private const string Columns = """
        s.id, s.query, s.owner, s.role, s.party, s.created_at, s.dest, s.schedule, s.if_empty, s.position, (select size from head where ledger = 1), s.due_at, s.attempts, s.status, s.error, s.answered_at,
        (select count(*)::int from dead_letter d where d.subscriber = s.id)
        """;

    private readonly IDataProtector seal = seals.CreateProtector("subscription");

    /// <summary>Adds one; nothing when its owner has too many.</summary>
    /// <param name="secret">What deliveries are signed with; it is kept sealed.</param>
    public async Task<Subscriber?> Add(string query, Caller owner, Uri dest, string secret, Schedule? schedule, bool ifEmpty, long position, int batch, CancellationToken ct)
    {
        var (id, now) = (Guid.CreateVersion7(), clock.GetUtcNow());
        await using var command = database.CreateCommand("""
            insert into subscriber (id, query, owner, role, party, created_at, dest, secret, schedule, if_empty, position, batch, due_at)
            select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 where (select count(*) from subscriber where owner = $3) < $14
            """);
        object?[] values = [id, query, owner.Name, owner.Role, owner.Party, now.UtcDateTime, dest.AbsoluteUri, seal.Protect(Encoding.UTF8.GetBytes(secret)), null, ifEmpty, position, batch, (schedule?.Next(now) ?? now).UtcDateTime, SubscribersMax];
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        command.Parameters[4].NpgsqlDbType = NpgsqlDbType.Text;
        command.Parameters[8] = new() { Value = schedule is null ? DBNull.Value : schedule.AsJson().GetRawText(), NpgsqlDbType = NpgsqlDbType.Jsonb };
        return await command.ExecuteNonQueryAsync(ct) == 1 ? await Find(query, id, owner, ct) : null;
    }

    /// <summary>A secret of ours: 256 random bits.</summary>
    public static string NewSecret() => "whsec_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Those of a query that this caller may see, the oldest first.</summary>
    public Task<List<Subscriber>> Of(string query, Caller caller, CancellationToken ct) => Ask("s.query = $1 and ($2 or s.owner = $3) order by s.created_at, s.id", [query, MaySeeAll(caller), caller.Name], ct);

    /// <summary>One of them; nothing when there is none that this caller may see.</summary>
    public async Task<Subscriber?> Find(string query, Guid id, Caller caller, CancellationToken ct) =>
        (await Ask("s.query = $1 and ($2 or s.owner = $3) and s.id = $4", [query, MaySeeAll(caller), caller.Name, id], ct)).FirstOrDefault();

    /// <summary>Ends it.</summary>
    public async Task End(Guid id, CancellationToken ct) => await Run("delete from subscriber where id = $1", [id], ct);

    /// <summary>Has it told again from a position on, at once. A delivery that is under way counts for nothing.</summary>
    public async Task Replay(Guid id, long position, CancellationToken ct) =>
        await Run("update subscriber set position = $2, attempts = 0, error = null, due_at = $3, server = null, lease_until = null where id = $1", [id, position, clock.GetUtcNow().UtcDateTime], ct);

    /// <summary>Deliveries that were given up, the oldest first.</summary>
    public async Task<List<DeadLetter>> DeadLetters(Guid id, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select first, until, events, attempts, status, error, at from dead_letter where subscriber = $1 order by first");
        command.Parameters.Add(new() { Value = id });
        await using var row = await command.ExecuteReaderAsync(ct);
        List<DeadLetter> found = [];
        while (await row.ReadAsync(ct))
        {
            found.Add(new DeadLetter(row.GetInt64(0), row.GetInt64(1), row.GetInt32(2), row.GetInt32(3), row.IntOrNull(4), row.IsDBNull(5) ? null : row.GetString(5), row.Moment(6)));
        }

        return found;
    }

    /// <summary>Forgets a dead letter: it was delivered after all, or nobody wants it any more.</summary>
    public Task<bool> Bury(Guid id, long first, CancellationToken ct) => Run("delete from dead_letter where subscriber = $1 and first = $2", [id, first], ct);

    // ---- as the courier needs them

    /// <summary>One that is due and that nobody serves; it is this server's until the lease is over.</summary>
    internal async Task<Guid?> Take(string server, TimeSpan lease, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            update subscriber set server = $1, lease_until = $2
            where id = (select id from subscriber
                        where due_at <= $3 and (lease_until is null or lease_until < $3) and (schedule is not null or position < (select size from head where ledger = 1))
                        order by due_at limit 1 for update skip locked)
            returning id
            """);
        var now = clock.GetUtcNow().UtcDateTime;
        command.Parameters.Add(new() { Value = server });
        command.Parameters.Add(new() { Value = now + lease });
        command.Parameters.Add(new() { Value = now });
        return await command.ExecuteScalarAsync(ct) as Guid?;
    }

    /// <summary>Who it is, what deliveries are signed with, and how many events one holds.</summary>
    internal async Task<(Subscriber Who, byte[] Secret, int Batch)?> Open(Guid id, CancellationToken ct)
    {
        if ((await Ask("s.id = $1", [id], ct)).FirstOrDefault() is not { } who)
        {
            return null;
        }

        await using var command = database.CreateCommand("select secret, batch from subscriber where id = $1");
        command.Parameters.Add(new() { Value = id });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (who, seal.Unprotect(row.GetFieldValue<byte[]>(0)), row.GetInt32(1)) : null;
    }

    /// <summary>Moves the cursor, and takes the lease anew; false when another server or a replay came between.</summary>
    /// <param name="status">Of the answer; nothing where there was nothing to tell.</param>
    internal Task<bool> Move(Guid id, string server, long from, long to, int? status, TimeSpan lease, CancellationToken ct) => Run($"""
        update subscriber set position = $4, attempts = 0, error = null, lease_until = $5{(status is null ? "" : ", status = $6, answered_at = $7")} where id = $1 and server = $2 and position = $3
        """, status is null ? [id, server, from, to, Until(lease)] : [id, server, from, to, Until(lease), status, Until(TimeSpan.Zero)], ct);

    /// <summary>Gives it back until it is due again.</summary>
    internal Task Release(Guid id, string server, DateTimeOffset due, CancellationToken ct) =>
        Run("update subscriber set server = null, lease_until = null, due_at = $3 where id = $1 and server = $2", [id, server, due.UtcDateTime], ct);

    /// <summary>Notes that an attempt failed.</summary>
    internal Task Fail(Guid id, string server, int? status, string error, DateTimeOffset due, CancellationToken ct) => Run("""
        update subscriber set attempts = attempts + 1, status = $3, error = $4, due_at = $5, server = null, lease_until = null where id = $1 and server = $2
        """, [id, server, status, error, due.UtcDateTime], ct);

    /// <summary>Asks for less at a time.</summary>
    internal Task Shrink(Guid id, string server, int batch, CancellationToken ct) => Run("update subscriber set batch = $3 where id = $1 and server = $2", [id, server, batch], ct);

    /// <summary>Puts a delivery aside and moves on: in one transaction, so that it is neither lost nor in both places.</summary>
    internal async Task GiveUp(Guid id, string server, Stretch stretch, int attempts, int? status, string error, DateTimeOffset due, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var move = Command(connection, "update subscriber set position = $4, attempts = 0, status = $5, error = $6, due_at = $7, server = null, lease_until = null where id = $1 and server = $2 and position = $3", [id, server, stretch.From, stretch.Next, status, error, due.UtcDateTime]))
        {
            if (await move.ExecuteNonQueryAsync(ct) == 0)
            {
                return;
            }
        }

        await using (var keep = Command(connection, "insert into dead_letter values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (subscriber, first) do update set until = excluded.until, events = excluded.events, attempts = excluded.attempts, status = excluded.status, error = excluded.error, at = excluded.at", [id, stretch.From, stretch.Next, stretch.Events.Count, attempts, status, error, Until(TimeSpan.Zero)]))
        {
            await keep.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }

    private DateTime Until(TimeSpan lease) => clock.GetUtcNow().UtcDateTime + lease;

    private static bool MaySeeAll(Caller caller) => caller.May(Deed.Inspect) || caller.May(Deed.Administer);

    private async Task<bool> Run(string sql, object?[] values, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(ct) > 0;
    }

    private async Task<List<Subscriber>> Ask(string where, object?[] values, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = Command(connection, $"select {Columns} from subscriber s where {where}", values);
        await using var row = await command.ExecuteReaderAsync(ct);
        List<Subscriber> found = [];
        while (await row.ReadAsync(ct))
        {
            found.Add(new Subscriber(
                row.GetGuid(0), row.GetString(1), new Caller(row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4)), row.Moment(5), new Uri(row.GetString(6)),
                row.IsDBNull(7) ? null : Schedule.Of(row.GetString(7)), row.GetBoolean(8), row.GetInt64(9), row.GetInt64(10), row.Moment(11), row.GetInt32(12), row.IntOrNull(13),
                row.IsDBNull(14) ? null : row.GetString(14), row.MomentOrNull(15), row.GetInt32(16)));
        }

        return found;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(value is null ? new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer } : new() { Value = value });
        }

        return command;
    }
}
