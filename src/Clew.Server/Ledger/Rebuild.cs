using System.Text.RegularExpressions;
using Clew.Capture;
using Clew.Ledger;
using Clew.Server.Capture;
using Clew.Server.Storage;
using Npgsql;

namespace Clew.Server.Ledger;

/// <summary>The first row in which the live tables and those told again are not the same.</summary>
/// <param name="Table">In which table.</param>
/// <param name="Live">The row that only the live table has; nothing when it has none.</param>
/// <param name="Retold">The row that only the table told again has; nothing when it has none.</param>
/// <param name="Position">The first entry of which the two tell otherwise; nothing when the row belongs to no entry alone.</param>
public sealed record Difference(string Table, string? Live, string? Retold, long? Position);

/// <summary>What came of telling everything again.</summary>
/// <param name="Size">How many entries were told.</param>
/// <param name="Rows">Rows of each table told again.</param>
/// <param name="Difference">The first difference to the live tables; nothing when every row is the same, or when nobody compared.</param>
public sealed record Rebuilt(long Size, IReadOnlyDictionary<string, long> Rows, Difference? Difference);

/// <summary>Lets whoever tells again rest between two pages.</summary>
/// <param name="told">Entries told so far.</param>
/// <param name="size">How many there are.</param>
/// <param name="bytes">Read for this page.</param>
public delegate Task Rest(long told, long size, long bytes, CancellationToken ct);

/// <summary>
/// Tells every view again from the ledger, beside the live one, with the same kernel: to show that what we believe follows from
/// the entries and from nothing else (<see cref="Check"/>), or to put a view on its feet after its telling has changed (<see cref="Swap"/>).
/// </summary>
/// <remarks>
/// <para>
/// Ids of items, links and names are given in the order of the entries, so they come out the same and rows are compared as they are.
/// </para>
/// <para>
/// The shadow schemas are found by the search path alone. Entries are read in pages and each page is committed; what lies on the
/// table is bounded as the writer's is. Broken off, it leaves the live tables untouched, and the next run begins anew.
/// Writers go on meanwhile: they wait only while the last page is told, and for a swap, while names change hands.
/// </para>
/// </remarks>
public static class Rebuild
{
    /// <summary>Entries in one page: as many as the writer takes at most, for the same reason.</summary>
    public const int PageMax = LedgerWriter.DraftsMax;

    private const string Prefix = "retold_";

    // Any number that nobody else has a reason to choose.
    private const long Lease = 0x72657465;

    private static readonly string ShadowPath = string.Join(',', Views.Schemas.Select(v => Prefix + v.Schema)) + ",ledger";

    /// <summary>Tells everything again and compares row by row. Changes nothing, and takes the shadow away.</summary>
    /// <param name="told">Hears how far it is: entries told, and how many there are.</param>
    /// <param name="rest">Between two pages; not while writers wait.</param>
    /// <exception cref="StorageException">Another rebuild is running.</exception>
    public static Task<Rebuilt> Check(NpgsqlDataSource database, IProgress<(long Told, long Size)>? told, CancellationToken ct, Rest? rest = null) =>
        Run(database, told, rest, Compare, ct);

    /// <summary>Tells everything again and puts it in the place of the live tables.</summary>
    /// <param name="told">Hears how far it is: entries told, and how many there are.</param>
    /// <exception cref="StorageException">Another rebuild is running.</exception>
    public static Task<Rebuilt> Swap(NpgsqlDataSource database, IProgress<(long Told, long Size)>? told, CancellationToken ct) =>
        Run(database, told, null, Replace, ct);

    /// <summary>Tells the tree over the entries again from their leaves, while nobody appends.</summary>
    /// <returns>How many entries it has.</returns>
    public static async Task<long> Tree(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var hold = new NpgsqlCommand("select size from head where ledger = 1 for update", connection);
        var size = (long)(await hold.ExecuteScalarAsync(ct))!;
        TreeRows.Tell(connection, size);
        await transaction.CommitAsync(ct);
        return size;
    }

    private static async Task<Rebuilt> Run(
        NpgsqlDataSource database, IProgress<(long Told, long Size)>? told, Rest? rest, Func<NpgsqlDataSource, NpgsqlConnection, Shadow, CancellationToken, Task<Rebuilt>> finish, CancellationToken ct)
    {
        // The lease goes when we go, however that happens. Not a row's lock: that would be a transaction with a number of its own, and
        // while it is open PostgreSQL clears away no dead version of any row, the head's first of all. A round at a bounded rate takes hours.
        await using var lease = await database.OpenConnectionAsync(ct);
        await using var leased = await lease.BeginTransactionAsync(ct);
        await using (var take = new NpgsqlCommand($"select pg_try_advisory_xact_lock({Lease})", lease))
        {
            if (await take.ExecuteScalarAsync(ct) is not true)
            {
                throw new StorageException("Another rebuild is running on this database. Wait until it is done.");
            }
        }

        await using var connection = await database.OpenConnectionAsync(ct);
        await Execute(connection, DropShadow + MakeShadow, ct);
        await Execute(connection, $"set search_path to {ShadowPath}", ct);
        var shadow = new Shadow(connection);
        var size = await new LedgerQueries(database).Size(ct);
        while (size - shadow.Next > PageMax)
        {
            var bytes = await shadow.TellPage(size, ct);
            told?.Report((shadow.Next, size));
            if (rest is not null)
            {
                await rest(shadow.Next, size, bytes, ct);
            }

            size = shadow.Next + PageMax >= size ? await new LedgerQueries(database).Size(ct) : size;
        }

        // The rest is told while nobody appends.
        await using var holder = await database.OpenConnectionAsync(ct);
        await using var held = await holder.BeginTransactionAsync(ct);
        await using (var hold = new NpgsqlCommand("select size from head where ledger = 1 for update", holder))
        {
            size = (long)(await hold.ExecuteScalarAsync(ct))!;
        }

        while (shadow.Next < size)
        {
            await shadow.TellPage(size, ct);
        }

        told?.Report((shadow.Next, size));
        var rebuilt = await finish(database, holder, shadow, ct);
        await Execute(connection, DropShadow, ct);
        return rebuilt;
    }

    // What is compared is seen as of one moment: once our snapshot is taken, writers may go on.
    private static async Task<Rebuilt> Compare(NpgsqlDataSource database, NpgsqlConnection holder, Shadow shadow, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var seen = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        await using (var snapshot = new NpgsqlCommand("select size from head where ledger = 1", connection))
        {
            await snapshot.ExecuteScalarAsync(ct);
        }

        await Execute(holder, "rollback", ct);
        var rows = new Dictionary<string, long>();
        Difference? difference = null;
        foreach (var table in Views.Tables)
        {
            rows[table] = await Count(connection, Named(table, Prefix), ct);
            var (live, retold) = (await OnlyIn(connection, table, "", Prefix, ct), await OnlyIn(connection, table, Prefix, "", ct));
            if ((live is not null || retold is not null) && Earliest(live?.Position, retold?.Position) is var first && (difference is null || first < (difference.Position ?? long.MaxValue)))
            {
                difference = new Difference(table, live?.Row, retold?.Row, first);
            }
        }

        return new Rebuilt(shadow.Next, rows, difference);
    }

    private static async Task<Rebuilt> Replace(NpgsqlDataSource database, NpgsqlConnection holder, Shadow shadow, CancellationToken ct)
    {
        var rows = new Dictionary<string, long>();
        foreach (var table in Views.Tables)
        {
            rows[table] = await Count(holder, Named(table, Prefix), ct);
        }

        foreach (var (schema, _) in Views.Schemas)
        {
            await Execute(holder, $"drop schema {schema} cascade; alter schema {Prefix}{schema} rename to {schema}", ct);
        }

        // Every server clears its table and reads the names anew when it sees another number here.
        await using (var move = new NpgsqlCommand("update head set told = told + 1, next_item = $1, next_link = $2 where ledger = 1", holder) { Parameters = { Rows.Of(shadow.NextItem), Rows.Of(shadow.NextLink) } })
        {
            await move.ExecuteNonQueryAsync(ct);
        }

        await Execute(holder, "commit", ct);
        return new Rebuilt(shadow.Next, rows, null);
    }

    private static string DropShadow { get; } = string.Concat(Views.Schemas.Select(v => $"drop schema if exists {Prefix}{v.Schema} cascade;\n"));

    // The schema files themselves under another name, so that indexes keep their names after a swap.
    private static string MakeShadow { get; } = string.Concat(Views.Schemas.Select(v => Regex.Replace(Database.Sql(v.File), $@"\b{v.Schema}\b", Prefix + v.Schema, RegexOptions.None, TimeSpan.FromSeconds(1)) + "\n"));

    private static string Named(string table, string prefix) =>
        prefix + Views.Schemas.First(v => Database.Sql(v.File).Contains($"create table if not exists {v.Schema}.{table} ", StringComparison.Ordinal)).Schema + "." + table;

    private static async Task<long> Count(NpgsqlConnection connection, string table, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select count(*) from {table}", connection);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    // Sorted on disk by PostgreSQL: our memory does not grow with the table.
    private static async Task<(string Row, long? Position)?> OnlyIn(NpgsqlConnection connection, string table, string here, string there, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"""
            select d::text, {PositionOf(table)} as position
            from (select * from {Named(table, here)} except all select * from {Named(table, there)}) d order by 2 nulls last, 1 limit 1
            """, connection) { CommandTimeout = 0 };
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetString(0), row.LongOrNull(1)) : null;
    }

    // From which entry on a row is told. A name has none of its own: it is met with the first that speaks of it.
    private static string PositionOf(string table) => table switch
    {
        "item" => Least("step", "item = d.id"),
        "subject" => $"least({Least("description", "number = d.number")}, {Least("step", "place = d.number or holder = d.number")})",
        "link" or "reach" or "gap" => "d.learned",
        _ => "d.position",
    };

    private static string Least(string table, string which) =>
        $"least((select min(position) from {Named(table, Prefix)} where {which}), (select min(position) from {Named(table, "")} where {which}))";

    private static long? Earliest(long? one, long? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The tables told again so far, and the table that they are told on.</summary>
    private sealed class Shadow(NpgsqlConnection connection)
    {
        private readonly Needs needs = new();
        private readonly Book book = new(new Clew.MasterData.Register());
        private Telling? telling;

        public long Next { get; private set; }

        public long NextItem => book.NextItem;

        public long NextLink => book.NextLink;

        /// <summary>Tells the next page, and says how many bytes of entries it read.</summary>
        public async Task<long> TellPage(long size, CancellationToken ct)
        {
            ct.ThrowIfCancellationRequested();
            telling ??= new Telling(book);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            var (drafts, bytes) = Drafts(Math.Min(PageMax, size - Next));
            while (true)
            {
                needs.Clear();
                foreach (var (draft, _) in drafts)
                {
                    needs.AddFor(draft, book, isAhead: true);
                }

                if (needs.IsEmpty)
                {
                    break;
                }

                Shelf.Fetch(connection, needs, book, Next);
            }

            foreach (var (draft, position) in drafts)
            {
                Require(draft, position);
                telling.Tell(draft, position);
                book.ForgetDrafts();
            }

            Write();
            await transaction.CommitAsync(ct);
            Next += drafts.Count;
            book.Tidy(LedgerWriter.BookMax);
            return bytes;
        }

        private (List<(Draft Draft, long Position)> Drafts, long Bytes) Drafts(long count)
        {
            var drafts = new List<(Draft, long)>((int)count);
            var (entries, bytes) = Shelf.Entries(connection, Next, count);
            foreach (var entry in entries)
            {
                if (entry.Position != Next + drafts.Count)
                {
                    throw new InvalidDataException($"The entry at position {Next + drafts.Count} is missing from the ledger.");
                }

                drafts.Add((new Draft(entry.Fact, entry.By, "", default, default, []), entry.Position));
            }

            return drafts.Count == count ? (drafts, bytes) : throw new InvalidDataException($"The entry at position {Next + drafts.Count} is missing from the ledger.");
        }

        private void Require(Draft draft, long position)
        {
            while (true)
            {
                needs.Clear();
                needs.AddFor(draft, book, isAhead: false);
                if (needs.IsEmpty)
                {
                    return;
                }

                Write();
                Shelf.Fetch(connection, needs, book, position);
            }
        }

        private void Write()
        {
            using var writes = new Writes();
            Views.Write(writes, book.Register, book.Changes);
            writes.Send(connection);
            book.Changes.Clear();
        }
    }
}
