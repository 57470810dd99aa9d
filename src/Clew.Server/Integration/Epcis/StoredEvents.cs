using Clew.Capture;
using Clew.Epcis;
using Clew.Facts;
using Clew.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Integration.Epcis;

/// <summary>An entry of the ledger and the event that it is; nothing for what is no event.</summary>
/// <param name="Bytes">How long it is, with what stands beside it.</param>
public sealed record StoredEvent(Entry Entry, EpcisEvent? Event, long Bytes);

/// <summary>Entries as events, as far as they were loaded.</summary>
/// <param name="Left">Positions of what is too much for once: the first of them is where to go on.</param>
public sealed record LoadedEvents(List<StoredEvent> Events, List<long> Left);

/// <summary>
/// Entries as events: with what stands beside them, and corrections with the facts that they take back. Each asked for in sets. An entry that
/// cannot be told is left out, loudly: one that nobody can read must not hold up all that come behind it.
/// </summary>
public sealed class StoredEvents(NpgsqlConnection connection, ILogger log, bool asSpelt = false)
{
    /// <summary>Bytes loaded at once. A page of usual events is one megabyte; a year's production in one event is ten.</summary>
    public const long BytesMax = 16 << 20;

    /// <summary>The entries at these positions, in the order of the positions given.</summary>
    public async Task<LoadedEvents> Load(IReadOnlyList<long> positions, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select position, body from entry where position = any($1)", connection) { Parameters = { new NpgsqlParameter<long[]> { TypedValue = [.. positions] } } };
        var found = (await Read(command, ct)).ToDictionary(e => e.Entry.Position);
        return await Load([.. positions.Distinct().Where(found.ContainsKey).Select(p => found[p])], ct);
    }

    /// <summary>So many entries from this position on.</summary>
    public async Task<LoadedEvents> Load(long from, long count, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select position, body from entry where position >= $1 and position < $2 order by position", connection) { Parameters = { new() { Value = from }, new() { Value = from + count } } };
        return await Load(await Read(command, ct), ct);
    }

    private async Task<LoadedEvents> Load(List<(Entry Entry, long Bytes)> read, CancellationToken ct)
    {
        var (entries, left) = await Whole(read, BytesMax, ct);
        var targets = new Dictionary<Guid, Fact>();
        var keys = entries.Where(e => e.Entry.Fact.Corrects is not null).Select(e => EntryKey.Of(e.Entry.By, e.Entry.Fact.Corrects!.Id).ToGuid()).Distinct().ToArray();
        if (keys.Length > 0)
        {
            await using var find = new NpgsqlCommand("select e.position, e.body from known k join entry e on e.position = k.position where k.key = any($1)", connection) { Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = keys } } };
            foreach (var (target, _) in (await Whole(await Read(find, ct), long.MaxValue, ct)).Entries)
            {
                targets[target.Key.ToGuid()] = target.Fact;
            }
        }

        List<StoredEvent> events = new(entries.Count);
        foreach (var (entry, bytes) in entries)
        {
            try
            {
                events.Add(new StoredEvent(entry, FactAsEvent.Of(entry, entry.Fact.Corrects is { } c ? targets.GetValueOrDefault(EntryKey.Of(entry.By, c.Id).ToGuid()) : null, asSpelt), bytes));
            }
#pragma warning disable CA1031 // Whatever it is: the others must be told.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.LogError(e, "The entry at {Position} cannot be told as an event: it is left out of all answers", entry.Position);
            }
        }

        return new LoadedEvents(events, left);
    }

    private async Task<List<(Entry Entry, long Bytes)>> Read(NpgsqlCommand command, CancellationToken ct)
    {
        var entries = new List<(Entry, long)>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var (position, body) = (row.GetInt64(0), row.GetFieldValue<byte[]>(1));
            try
            {
                entries.Add((EntryBytes.Read(position, body), body.Length));
            }
#pragma warning disable CA1031 // The same.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.LogError(e, "The entry at {Position} cannot be read: it is left out of all answers. './clew verify' tells whether it was tampered with", position);
            }
        }

        return entries;
    }

    // With the lists and details that stand beside them, as long as they are not too much; the first always.
    private async Task<(List<(Entry Entry, long Bytes)> Entries, List<long> Left)> Whole(List<(Entry Entry, long Bytes)> entries, long bytesMax, CancellationToken ct)
    {
        var hashes = entries.SelectMany(e => e.Entry.Fact.Beside).Distinct(StringComparer.Ordinal).ToList();
        if (hashes.Count == 0)
        {
            return (entries, []);
        }

        var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var row in Beside("octet_length(body)::bigint", hashes, ct))
        {
            lengths[Hash(row)] = row.GetInt64(1);
        }

        List<(Entry Entry, long Bytes)> taken = [];
        var sum = 0L;
        foreach (var (entry, bytes) in entries)
        {
            var whole = bytes + entry.Fact.Beside.Sum(b => lengths.GetValueOrDefault(b));
            if (taken.Count > 0 && sum + whole > bytesMax)
            {
                break;
            }

            sum += whole;
            taken.Add((entry, whole));
        }

        var beside = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await foreach (var row in Beside("body", [.. taken.SelectMany(t => t.Entry.Fact.Beside).Distinct(StringComparer.Ordinal)], ct))
        {
            beside[Hash(row)] = row.GetFieldValue<byte[]>(1);
        }

        return (taken.ConvertAll(t => (t.Entry with { Fact = Draft.Whole(t.Entry.Fact, beside.GetValueOrDefault) }, t.Bytes)), entries.Skip(taken.Count).Select(e => e.Entry.Position).ToList());
    }

    private static string Hash(NpgsqlDataReader row) => Convert.ToHexStringLower(row.GetFieldValue<byte[]>(0));

    private async IAsyncEnumerable<NpgsqlDataReader> Beside(string column, List<string> hashes, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        if (hashes.Count == 0)
        {
            yield break;
        }

        await using var command = new NpgsqlCommand($"select sha256, {column} from attachment where sha256 = any($1)", connection) { Parameters = { new() { Value = hashes.ConvertAll(Convert.FromHexString).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea } } };
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            yield return row;
        }
    }
}
