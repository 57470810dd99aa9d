using Clew.Capture;
using Clew.Epcis;
using Clew.Facts;
using Clew.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Integration.Epcis;

/// <summary>An entry of the ledger and the event that it is; nothing for what is no event.</summary>
public sealed record StoredEvent(Entry Entry, EpcisEvent? Event);

/// <summary>Entries as events: with their long lists, and corrections with the facts that they take back. Each asked for in sets.</summary>
public static class StoredEvents
{
    /// <summary>The entries at these positions, in order.</summary>
    public static async Task<List<StoredEvent>> Load(NpgsqlConnection connection, long[] positions, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select position, body from entry where position = any($1) order by position", connection) { Parameters = { new NpgsqlParameter<long[]> { TypedValue = positions } } };
        return await Load(connection, command, ct);
    }

    /// <summary>So many entries from this position on.</summary>
    public static async Task<List<StoredEvent>> Load(NpgsqlConnection connection, long from, long count, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select position, body from entry where position >= $1 and position < $2 order by position", connection) { Parameters = { new() { Value = from }, new() { Value = from + count } } };
        return await Load(connection, command, ct);
    }

    private static async Task<List<StoredEvent>> Load(NpgsqlConnection connection, NpgsqlCommand command, CancellationToken ct)
    {
        var entries = await Whole(connection, await Read(command, ct), ct);
        var targets = new Dictionary<Guid, Fact>();
        var keys = entries.Where(e => e.Fact.Corrects is not null).Select(e => EntryKey.Of(e.By, e.Fact.Corrects!.Id).ToGuid()).Distinct().ToArray();
        if (keys.Length > 0)
        {
            await using var find = new NpgsqlCommand("select e.position, e.body from known k join entry e on e.position = k.position where k.key = any($1)", connection) { Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = keys } } };
            foreach (var target in await Whole(connection, await Read(find, ct), ct))
            {
                targets[target.Key.ToGuid()] = target.Fact;
            }
        }

        return entries.ConvertAll(e => new StoredEvent(e, FactAsEvent.Of(e, e.Fact.Corrects is { } c ? targets.GetValueOrDefault(EntryKey.Of(e.By, c.Id).ToGuid()) : null)));
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

    // With the lists of items that stand beside them.
    private static async Task<List<Entry>> Whole(NpgsqlConnection connection, List<Entry> entries, CancellationToken ct)
    {
        var hashes = entries.Select(e => e.Fact.ItemsBeside?.Sha256).OfType<string>().Distinct(StringComparer.Ordinal).Select(Convert.FromHexString).ToArray();
        if (hashes.Length == 0)
        {
            return entries;
        }

        var lists = new Dictionary<string, IReadOnlyList<Quantified>>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand("select sha256, body from attachment where sha256 = any($1)", connection) { Parameters = { new() { Value = hashes, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea } } };
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            lists[Convert.ToHexStringLower(row.GetFieldValue<byte[]>(0))] = Draft.ReadLines(row.GetFieldValue<byte[]>(1));
        }

        return entries.ConvertAll(e => e.Fact.ItemsBeside is { } beside ? e with { Fact = e.Fact with { Items = lists[beside.Sha256] } } : e);
    }
}
