using System.Diagnostics;
using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Bench;

/// <summary>
/// What the database itself can do: the same events and their nine unit rows, indexed and durable, without HTTP, rules or genealogy.
/// </summary>
internal static class CopyFloor
{
    private const string Tables = """
        drop table if exists public.floor_event, public.floor_unit;
        create table public.floor_event (id bigint primary key, at timestamptz not null, body bytea not null);
        create table public.floor_unit (event bigint not null, unit text collate "C" not null, at timestamptz not null);
        create index on public.floor_unit (unit, at);
        """;

    /// <summary>Events per second by binary COPY, this many a transaction.</summary>
    public static async Task<double> ByCopy(Ground ground, int events, int batch)
    {
        await using var source = NpgsqlDataSource.Create(ground.Database);
        await using var connection = await source.OpenConnectionAsync();
        await Prepare(connection);
        var bodies = Bodies(events);
        var clock = Stopwatch.StartNew();
        for (var from = 0; from < events; from += batch)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            using (var copy = connection.BeginBinaryImport("copy public.floor_event from stdin (format binary)"))
            {
                for (var n = from; n < from + batch; n++)
                {
                    copy.StartRow();
                    copy.Write((long)n, NpgsqlDbType.Bigint);
                    copy.Write(DateTime.UtcNow, NpgsqlDbType.TimestampTz);
                    copy.Write(bodies[n], NpgsqlDbType.Bytea);
                }

                copy.Complete();
            }

            using (var copy = connection.BeginBinaryImport("copy public.floor_unit from stdin (format binary)"))
            {
                for (var n = (long)from * 9; n < (from + batch) * 9L; n++)
                {
                    copy.StartRow();
                    copy.Write(n / 9, NpgsqlDbType.Bigint);
                    copy.Write(Company.Pump(n), NpgsqlDbType.Text);
                    copy.Write(DateTime.UtcNow, NpgsqlDbType.TimestampTz);
                }

                copy.Complete();
            }

            await transaction.CommitAsync();
        }

        return events / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Events per second by one transaction an event from 32 connections: what a service without group commit does at best.</summary>
    public static async Task<double> ByInsert(Ground ground, int events)
    {
        await using var source = NpgsqlDataSource.Create(ground.Database);
        await using (var connection = await source.OpenConnectionAsync())
        {
            await Prepare(connection);
        }

        var bodies = Bodies(events);
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ =>
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var insert = new NpgsqlCommand("""
                with e as (insert into public.floor_event values ($1, now(), $2))
                insert into public.floor_unit select $1, unit, now() from unnest($3) unit
                """, connection);
            insert.Parameters.Add(new NpgsqlParameter<long>());
            insert.Parameters.Add(new NpgsqlParameter<byte[]>());
            insert.Parameters.Add(new NpgsqlParameter<string[]>());
            await insert.PrepareAsync();
            for (int n; (n = Interlocked.Increment(ref next)) < events;)
            {
                insert.Parameters[0].Value = (long)n;
                insert.Parameters[1].Value = bodies[n];
                insert.Parameters[2].Value = Enumerable.Range(0, 9).Select(i => Company.Pump((n * 9L) + i)).ToArray();
                await insert.ExecuteNonQueryAsync();
            }
        }));
        return events / clock.Elapsed.TotalSeconds;
    }

    // The tables that Clew writes for events of units, and which of their rows belong to entries from $1 to below $2.
    private static readonly (string Table, string Rows)[] Ours =
    [
        ("ledger.entry", "select * from ledger.entry where position >= {0} and position < {1}"),
        ("ledger.known", "select * from ledger.known where position >= {0} and position < {1}"),
        ("capture.document", "select * from capture.document where id in (select document from ledger.entry where position >= {0} and position < {1})"),
        ("lifecycle.item", "select * from lifecycle.item where id in (select item from lifecycle.step where position >= {0} and position < {1})"),
        ("lifecycle.step", "select * from lifecycle.step where position >= {0} and position < {1}"),
    ];

    /// <summary>Events per second by binary COPY of the very rows that Clew wrote for the last events, with all their indexes, into empty tables.</summary>
    public static async Task<double> ByCopyOfOurs(Ground ground, int events, int batch)
    {
        await using var source = NpgsqlDataSource.Create(ground.Database);
        await using var connection = await source.OpenConnectionAsync();
        await Run(connection, "create index floor_position on lifecycle.step (position); create index floor_known on ledger.known (position); analyze");
        await using var last = new NpgsqlCommand("select size from ledger.head", connection);
        var end = (long)(await last.ExecuteScalarAsync())!;
        var batches = new List<(string Table, byte[] Rows)>();
        for (var from = end - events; from < end; from += batch)
        {
            foreach (var (table, rows) in Ours)
            {
                await using var copy = await connection.BeginRawBinaryCopyAsync($"copy ({string.Format(CultureInfo.InvariantCulture, rows, from, from + batch)}) to stdout (format binary)");
                using var kept = new MemoryStream();
                await copy.CopyToAsync(kept);
                batches.Add((Floor(table), kept.ToArray()));
            }
        }

        await Run(connection, "drop index lifecycle.floor_position, ledger.floor_known");
        foreach (var (table, _) in Ours)
        {
            await Run(connection, $"drop table if exists {Floor(table)}; create table {Floor(table)} (like {table} including all)");
        }

        var clock = Stopwatch.StartNew();
        foreach (var transaction in batches.Chunk(Ours.Length))
        {
            await using var begun = await connection.BeginTransactionAsync();
            foreach (var (table, rows) in transaction)
            {
                await using var copy = await connection.BeginRawBinaryCopyAsync($"copy {table} from stdin (format binary)");
                await copy.WriteAsync(rows);
            }

            await begun.CommitAsync();
        }

        return events / clock.Elapsed.TotalSeconds;
    }

    private static string Floor(string table) => "public.floor_" + table[(table.IndexOf('.', StringComparison.Ordinal) + 1)..];

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    private static byte[][] Bodies(int events) => [.. Enumerable.Range(0, events).Select(n =>
    {
        var json = new StringBuilder();
        Company.OfNine(json, "productionCompleted", n, "reported");
        return Encoding.UTF8.GetBytes(json.ToString());
    })];

    private static async Task Prepare(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Tables, connection);
        await command.ExecuteNonQueryAsync();
    }
}
