using System.Runtime.CompilerServices;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;
using Clew.Server.Ledger;
using Clew.Server.Lifecycle;
using Npgsql;

namespace Clew.Server.Proof;

/// <summary>What somebody looks for in the audit trail. Nothing in a part means all.</summary>
/// <param name="By">Who said it: as the ledger names them, or without <c>user:</c> and <c>system:</c>.</param>
/// <param name="From">The first position.</param>
/// <param name="Until">The position behind the last.</param>
/// <param name="Item">A unit, lot or logistic unit of whose life it is a part.</param>
/// <param name="Reason">A piece of the reason that was given.</param>
public sealed record TrailFilter(string? By, Kind? Kind, long From, long Until, Identity? Item, string? Case, string? Reason)
{
    internal string[] Names => By is null ? [] : [By, "user:" + By, "system:" + By];

    internal bool Fits(Entry entry) =>
        (By is null || Names.Contains(entry.By, StringComparer.Ordinal)) && (Kind is null || entry.Fact.Kind == Kind)
        && (Case is null || entry.Fact.Case == Case) && (Reason is null || entry.Fact.Reason?.Contains(Reason, StringComparison.OrdinalIgnoreCase) == true);
}

/// <summary>One line of the audit trail: what was said, and in which document it came.</summary>
/// <param name="Document">Its number; 0 for what was entered here.</param>
/// <param name="Sender">Who handed the document in.</param>
/// <param name="MediaType">In what form.</param>
public sealed record TrailLine(Entry Entry, long Document, string? Sender, string? MediaType);

/// <summary>A stretch of the audit trail, the newest first.</summary>
/// <param name="Next">The position before which to go on; nothing at the end. Where little fits, a stretch may be short, or empty, and yet go on.</param>
public sealed record TrailStretch(IReadOnlyList<TrailLine> Lines, long? Next);

/// <summary>
/// The audit trail is the ledger itself: who said what, when, of what, from where, with what reason. Found through a small table that
/// knows of every few thousand entries who spoke in them and of what kind; within them it reads the entries.
/// </summary>
/// <remarks>
/// An index with a row for each entry would cost every capture something, for a question that an auditor asks now and then. This costs
/// a row for 4,096 entries, written by whoever asks.
/// </remarks>
public sealed class Trail(NpgsqlDataSource database, LifeQueries lives)
{
    /// <summary>Entries of one block: as many as are read in a few hundredths of a second.</summary>
    public const int BlockLength = 4_096;

    /// <summary>Entries that are read for one stretch: a second's work. Behind them the reader is asked whether to go on.</summary>
    public const int LookedMax = 64 * BlockLength;

    // Entries in one round trip.
    private const int ChunkMax = 1_024;

    /// <summary>A stretch of it.</summary>
    /// <param name="before">The position before which to begin.</param>
    public async Task<TrailStretch> Page(TrailFilter filter, long before, int max, CancellationToken ct)
    {
        var lines = new List<TrailLine>();
        var looked = 0L;
        long? next = null;
        await foreach (var chunk in Chunks(filter, before, ct))
        {
            foreach (var (entry, document) in chunk.Entries)
            {
                if (!filter.Fits(entry))
                {
                    continue;
                }

                if (lines.Count == max)
                {
                    next = lines[^1].Entry.Position;
                    break;
                }

                lines.Add(new TrailLine(entry, document, null, null));
            }

            looked += chunk.Entries.Count;
            if (next is null && looked >= LookedMax)
            {
                next = chunk.Before;
            }

            if (next is not null)
            {
                break;
            }
        }

        return new TrailStretch(await WithSenders(lines, ct), next);
    }

    /// <summary>All of it, as it comes.</summary>
    public async IAsyncEnumerable<TrailLine> All(TrailFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var chunk in Chunks(filter, long.MaxValue, ct))
        {
            foreach (var line in await WithSenders([.. chunk.Entries.Where(e => filter.Fits(e.Entry)).Select(e => new TrailLine(e.Entry, e.Document, null, null))], ct))
            {
                yield return line;
            }
        }
    }

    // The entries among which it may be, the newest first; and before which position the next of them stand.
    private async IAsyncEnumerable<(List<(Entry Entry, long Document)> Entries, long Before)> Chunks(TrailFilter filter, long before, [EnumeratorCancellation] CancellationToken ct)
    {
        var until = Math.Min(before, filter.Until);
        if (filter.Item is { } identity)
        {
            if (await lives.Find(identity, AsOf.Now, ct) is not { } item)
            {
                yield break;
            }

            for (var isOver = false; !isOver;)
            {
                var entries = await Read("select e.position, e.document, e.body from (select distinct position from step where item = $3 and position >= $1 and position < $2 order by position desc limit $4) s join entry e on e.position = s.position order by e.position desc", filter.From, until, ct, Rows.Of(item.Id), Rows.Of(ChunkMax));
                isOver = entries.Count < ChunkMax;
                until = entries.Count > 0 ? entries[^1].Entry.Position : until;
                yield return (entries, until);
            }

            yield break;
        }

        var (blocks, size) = await CatchUp(ct);
        for (until = Math.Min(until, size); until > filter.From;)
        {
            // The end that no row knows of yet is read through; of what stands before, only the blocks in which it may be.
            var block = (until - 1) / BlockLength;
            if (block < blocks)
            {
                if (await BlockWith(filter, block, ct) is not { } found)
                {
                    break;
                }

                (block, until) = (found, Math.Min(until, (found + 1) * BlockLength));
            }

            for (var first = Math.Max(filter.From, block * BlockLength); until > first;)
            {
                var from = Math.Max(first, until - ChunkMax);
                var entries = await Read("select position, document, body from entry where position >= $1 and position < $2 order by position desc", from, until, ct);
                until = from;
                yield return (entries, until);
            }
        }
    }

    // The last block up to this one in which somebody of that name spoke, or something of that kind was said.
    private async Task<long?> BlockWith(TrailFilter filter, long block, CancellationToken ct)
    {
        await using var ask = database.CreateCommand("select block from trail where block <= $1 and block >= $2 and (not $3 or who && $4) and ($5 = 0 or $5 = any(kinds)) order by block desc limit 1");
        ask.Parameters.Add(Rows.Of(block));
        ask.Parameters.Add(Rows.Of(filter.From / BlockLength));
        ask.Parameters.Add(Rows.Of(filter.By is not null));
        ask.Parameters.Add(Rows.Of(filter.Names));
        ask.Parameters.Add(Rows.Of(filter.Kind?.Number ?? (short)0));
        return await ask.ExecuteScalarAsync(ct) as long?;
    }

    // Writes down who spoke in the blocks that have filled since somebody asked, and of what.
    private async Task<(long Blocks, long Size)> CatchUp(CancellationToken ct)
    {
        long block, size;
        await using (var ask = database.CreateCommand("select (select coalesce(max(block) + 1, 0) from trail), size from head where ledger = 1"))
        await using (var row = await ask.ExecuteReaderAsync(ct))
        {
            await row.ReadAsync(ct);
            (block, size) = (row.GetInt64(0), row.GetInt64(1));
        }

        for (; (block + 1) * BlockLength <= size; block++)
        {
            var (who, kinds) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<short>());
            foreach (var (entry, _) in await Read("select position, document, body from entry where position >= $1 and position < $2", block * BlockLength, (block + 1) * BlockLength, ct))
            {
                who.Add(entry.By);
                kinds.Add(entry.Fact.Kind.Number);
            }

            await using var keep = database.CreateCommand("insert into trail (block, who, kinds) values ($1, $2, $3) on conflict do nothing");
            keep.Parameters.Add(Rows.Of(block));
            keep.Parameters.Add(Rows.Of(who.ToArray()));
            keep.Parameters.Add(Rows.Of(kinds.ToArray()));
            await keep.ExecuteNonQueryAsync(ct);
        }

        return (block, size);
    }

    private async Task<List<(Entry Entry, long Document)>> Read(string sql, long from, long until, CancellationToken ct, params NpgsqlParameter[] more)
    {
        await using var ask = database.CreateCommand(sql);
        ask.Parameters.Add(Rows.Of(from));
        ask.Parameters.Add(Rows.Of(until));
        ask.Parameters.AddRange(more);
        await using var row = await ask.ExecuteReaderAsync(ct);
        var entries = new List<(Entry, long)>();
        while (await row.ReadAsync(ct))
        {
            entries.Add((EntryBytes.Read(row.GetInt64(0), row.GetFieldValue<byte[]>(2)), row.GetInt64(1)));
        }

        return entries;
    }

    private async Task<List<TrailLine>> WithSenders(List<TrailLine> lines, CancellationToken ct)
    {
        var documents = lines.Select(l => l.Document).Where(d => d > 0).Distinct().ToArray();
        var known = new Dictionary<long, (string Sender, string MediaType)>();
        if (documents.Length > 0)
        {
            await using var ask = database.CreateCommand("select id, sender, media_type from document where id = any($1)");
            ask.Parameters.Add(Rows.Of(documents));
            await using var row = await ask.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                known[row.GetInt64(0)] = (row.GetString(1), row.GetString(2));
            }
        }

        return lines.ConvertAll(l => known.TryGetValue(l.Document, out var from) ? l with { Sender = from.Sender, MediaType = from.MediaType } : l);
    }
}
