using Clew.Facts;
using Clew.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Ledger;

/// <summary>Reads entries, and turns moments of our clock into positions.</summary>
public sealed class LedgerQueries(NpgsqlDataSource database)
{
    /// <summary>How many entries there are: the next position.</summary>
    public async Task<long> Size(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select size from head where ledger = 1");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>The last position that had been recorded at that moment; −1 when nothing had.</summary>
    public async Task<long> KnownAt(EventTime moment, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select size - 1 from batch where recorded_at <= $1 order by recorded_at desc, size desc limit 1");
        command.Parameters.Add(new() { Value = Rows.Timestamp(moment.Microseconds) });
        return await command.ExecuteScalarAsync(ct) as long? ?? -1;
    }

    /// <summary>The entries at these positions, in no particular order.</summary>
    public async Task<List<Entry>> Entries(IReadOnlyCollection<long> positions, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select position, body from entry where position = any($1)");
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. positions] });
        return await Read(command, ct);
    }

    /// <summary>Entries from a position on, in order.</summary>
    public async Task<List<Entry>> From(long position, int max, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select position, body from entry where position >= $1 order by position limit $2");
        command.Parameters.Add(new() { Value = position });
        command.Parameters.Add(new() { Value = max });
        return await Read(command, ct);
    }

    /// <summary>The entry that its sender knows under this id.</summary>
    public async Task<Entry?> Said(EntryKey key, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select e.position, e.body from known k join entry e on e.position = k.position where k.key = $1");
        command.Parameters.Add(new() { Value = key.ToGuid() });
        return (await Read(command, ct)).FirstOrDefault();
    }

    /// <summary>An entry's exact bytes and leaf hash, as they are stored.</summary>
    public async Task<(byte[] Body, byte[] Leaf)?> Bytes(long position, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select body, leaf from entry where position = $1");
        command.Parameters.Add(new() { Value = position });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1)) : null;
    }

    /// <summary>Whether a row of the interval (learned, unlearned) is what we believed then; asks for <c>@known</c>.</summary>
    internal static string Believed(string table, string learned, AsOf asOf) =>
        asOf.Known is null ? $"{table}.unlearned is null" : $"{learned} <= @known and ({table}.unlearned is null or {table}.unlearned > @known)";

    /// <summary>The last step of an item, given in SQL, that counts: how things stood with it. Asks for <c>@known</c> and <c>@happened</c>.</summary>
    internal static string LastStep(string item, AsOf asOf) => $"""
        (select * from step s where s.item = {item} and {Believed("s", "coalesce(s.learned, s.position)", asOf)}
         {(asOf.Happened is null ? "" : "and s.happened <= @happened")} order by s.happened desc, s.tie desc limit 1)
        """;

    /// <summary>Fills in what these conditions ask for.</summary>
    internal static void Fill(NpgsqlCommand command, AsOf asOf)
    {
        if (asOf.Known is { } known)
        {
            command.Parameters.AddWithValue("known", known);
        }

        if (asOf.Happened is { } happened)
        {
            command.Parameters.AddWithValue("happened", NpgsqlDbType.TimestampTz, Rows.Timestamp(happened.Microseconds));
        }
    }

    private static async Task<List<Entry>> Read(NpgsqlCommand command, CancellationToken ct)
    {
        var entries = new List<Entry>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            entries.Add(EntryBytes.Read(row.GetInt64(0), row.GetFieldValue<byte[]>(1)));
        }

        return entries;
    }
}
