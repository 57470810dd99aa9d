using System.Globalization;
using Clew.Identification;
using Clew.Proof;
using Clew.Server.Ledger;
using Npgsql;

namespace Clew.Server.Proof;

/// <summary>How far the self-audit is.</summary>
/// <param name="Rounds">How often it has read the whole ledger.</param>
/// <param name="Position">The next entry of this round.</param>
/// <param name="FinishedAt">When it last came to the end, and all was as it was.</param>
public sealed record AuditState(long Rounds, long Position, long Size, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, long FinishedSize);

/// <summary>
/// Reads the ledger from the beginning to the end, over and over, a little at a time: hashes every entry again, grows the tree over
/// what it read, and compares with what the writer put down and with every checkpoint that was signed on the way. What differs is an
/// alarm that names the first position.
/// </summary>
/// <remarks>
/// Where it stands is in the database, with the edge of the tree that it has grown, so that a server that stops goes on where it was.
/// Somebody who may alter that row too is found in the next round. One server reads: the lock on the row is the lease.
/// </remarks>
public sealed class SelfAudit(NpgsqlDataSource database, Alarms alarms, ProofSettings settings, TimeProvider clock, ILogger<SelfAudit> log) : BackgroundService
{
    /// <summary>Entries in one step: sixteen tiles. Between two steps it rests.</summary>
    public const int StepMax = 16 * Tile.Width;

    // A round that found nothing needs no hurry to begin again.
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(10);

    private readonly TreeHasher hasher = new();

    /// <summary>How far it is.</summary>
    public async Task<AuditState> State(CancellationToken ct)
    {
        await using var ask = database.CreateCommand("select a.round, a.position, h.size, a.started_at, a.finished_at, a.finished_size from audit a, head h where h.ledger = 1");
        await using var row = await ask.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new AuditState(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.MomentOrNull(3), row.MomentOrNull(4), row.GetInt64(5));
    }

    /// <summary>Reads the whole ledger once, from the beginning, as fast as it goes.</summary>
    /// <returns>What differs first; nothing when all is as it was.</returns>
    public async Task<Finding?> Round(IProgress<(long Read, long Size)>? read, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var tree = new Growth(Edge.Empty);
        while (true)
        {
            var (finding, position, size, _) = await Step(connection, tree, ct);
            read?.Report((tree.Size, size));
            if (finding is not null)
            {
                await alarms.Raise(finding, position, ct);
                return finding;
            }

            if (tree.Size >= size)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        hasher.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.AuditBytes <= 0)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var (bytes, isOver) = await Advance(stoppingToken);
                await Task.Delay(isOver ? Between : TimeSpan.FromSeconds((double)bytes / settings.AuditBytes), clock, stoppingToken);
            }
            catch (NpgsqlException e)
            {
                log.LogWarning(e, "The self-audit could not read on; it is tried again");
                await Task.Delay(Between, clock, stoppingToken);
            }
        }
    }

    // One step of the round that is under way. A difference ends the round: behind it the tree differs everywhere.
    private async Task<(long Bytes, bool IsOver)> Advance(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        Growth tree;
        await using (var lease = new NpgsqlCommand("select position, edge from audit for update skip locked", connection))
        await using (var row = await lease.ExecuteReaderAsync(ct))
        {
            if (!await row.ReadAsync(ct))
            {
                return (0, true);
            }

            tree = new Growth(Edge.Read(row.GetInt64(0), row.GetFieldValue<byte[]>(1)) ?? Edge.Empty);
        }

        var start = tree.Size;
        var (finding, position, size, bytes) = await Step(connection, tree, ct);
        var isOver = finding is not null || tree.Size >= size;
        await using (var keep = new NpgsqlCommand("""
            update audit set position = $1, edge = $2, started_at = case when $3 then $4 else started_at end,
                round = round + $5::int, finished_at = case when $6 then $4 else finished_at end, finished_size = case when $6 then $7 else finished_size end
            """, connection))
        {
            var edge = isOver ? Edge.Empty : tree.ToEdge();
            keep.Parameters.Add(Rows.Of(edge.Size));
            keep.Parameters.Add(Rows.Of(edge.ToBytes()));
            keep.Parameters.Add(Rows.Of(start == 0));
            keep.Parameters.Add(Rows.Of(clock.GetUtcNow().UtcDateTime));
            keep.Parameters.Add(Rows.Of(isOver ? 1 : 0));
            keep.Parameters.Add(Rows.Of(isOver && finding is null));
            keep.Parameters.Add(Rows.Of(tree.Size));
            await keep.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        if (finding is not null)
        {
            log.LogCritical("The self-audit found: {Finding}", finding.What(CultureInfo.InvariantCulture));
            await alarms.Raise(finding, position, ct);
        }

        return (bytes, isOver);
    }

    // Reads the next entries, and compares at every tile that they fill and every checkpoint that they pass.
    private async Task<(Finding? Finding, long? Position, long Size, long Bytes)> Step(NpgsqlConnection connection, Growth tree, CancellationToken ct)
    {
        // What is compared belongs to one size: the head's, read first. Entries only grow, so what was there then is there still.
        var (size, edge, beyond) = await Head(connection, ct);
        if (settings.Signer?.Last is { } promised && promised.Size > size)
        {
            return (new Finding(AlarmKinds.Refused, "", Text(promised.Size), Text(size)), size, size, 0);
        }

        if (beyond is { } extra)
        {
            return (new Finding(AlarmKinds.Beyond, "", Text(extra)), extra, size, 0);
        }

        var from = tree.Size;
        var until = Math.Min(size, from + StepMax);
        var bytes = 0L;
        var signed = await Signed(connection, from, until, ct);
        if (settings.Signer is { Last: { } remembered } && remembered.Size > from && remembered.Size <= until)
        {
            // What the signer remembers weighs more than what the database says was signed.
            signed[remembered.Size] = (remembered.Root, signed.TryGetValue(remembered.Size, out var kept) ? kept.At : clock.GetUtcNow());
        }

        var leaves = new List<Digest>((int)(until - from));
        long? altered = null;
        await using (var ask = new NpgsqlCommand("select position, leaf, body from entry where position >= $1 and position < $2 order by position", connection) { Parameters = { Rows.Of(from), Rows.Of(until) } })
        await using (var row = await ask.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
            {
                if (row.GetInt64(0) != from + leaves.Count)
                {
                    break;
                }

                var body = row.GetFieldValue<byte[]>(2);
                var leaf = hasher.Leaf(body);
                altered ??= row.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(leaf.ToBytes()) ? null : row.GetInt64(0);
                leaves.Add(leaf);
                bytes += body.Length;
            }
        }

        if (altered is { } position)
        {
            return (new Finding(AlarmKinds.Altered, "", Text(position)), position, size, bytes);
        }

        if (from + leaves.Count < until)
        {
            return (new Finding(AlarmKinds.Missing, "", Text(from + leaves.Count)), from + leaves.Count, size, bytes);
        }

        // What was signed and does not hold; and up to where something signed holds.
        (Finding Finding, long Position)? forked = null;
        var holds = await LastSigned(connection, from, ct);
        foreach (var leaf in leaves)
        {
            tree.Append(leaf, hasher);
            if (forked is null && signed.TryGetValue(tree.Size, out var checkpoint))
            {
                if (tree.ToEdge().Root(hasher) == checkpoint.Root)
                {
                    holds = tree.Size;
                }
                else
                {
                    forked = (new Finding(AlarmKinds.Forked, "", Text(holds), Text(tree.Size - 1), Text(tree.Size), checkpoint.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)), holds);
                }
            }
        }

        // The tree of the writer places it more exactly, as long as nobody wrote that anew as well.
        var unlike = await Unlike(connection, tree, ct);
        tree.ForgetFilled();
        if (unlike is null && tree.Size == size && edge is not null && tree.ToEdge() is var grown && !edge.Equals(grown))
        {
            unlike = Unlike(edge, grown);
        }

        if (unlike is { First: var first, Last: var last })
        {
            return holds > last ? (new Finding(AlarmKinds.Tree, "", Text(last + 1)), null, size, bytes) : (new Finding(AlarmKinds.Reordered, "", Text(first), Text(last)), first, size, bytes);
        }

        return (forked?.Finding, forked?.Position, size, bytes);
    }

    private static (long First, long Last) Unlike(Edge one, Edge other)
    {
        var first = 0L;
        for (var i = 0; ; i++)
        {
            var count = 1L << System.Numerics.BitOperations.Log2((ulong)(one.Size - first));
            if (one.Peaks[i] != other.Peaks[i])
            {
                return (first, first + count - 1);
            }

            first += count;
        }
    }

    // The first tile filled in this step that the writer put down otherwise.
    private static async Task<(long First, long Last)?> Unlike(NpgsqlConnection connection, Growth tree, CancellationToken ct)
    {
        var filled = tree.Filled.ToDictionary(n => (n.Level, n.Number), n => n.Hash);
        await using var ask = new NpgsqlCommand("select l.level, l.number, n.hash from unnest($1, $2) l (level, number) left join node n on n.level = l.level and n.number = l.number order by l.level, l.number", connection)
        {
            Parameters = { Rows.Of(tree.Filled.Select(n => (short)n.Level).ToArray()), Rows.Of(tree.Filled.Select(n => n.Number).ToArray()) },
        };
        await using var row = await ask.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var (level, number) = ((int)row.GetInt16(0), row.GetInt64(1));
            if (row.IsDBNull(2) || !row.GetFieldValue<byte[]>(2).AsSpan().SequenceEqual(filled[(level, number)].ToBytes()))
            {
                var first = number * Tile.Leaves(level);
                return (first, first + Tile.Leaves(level) - 1);
            }
        }

        return null;
    }

    private static async Task<long> LastSigned(NpgsqlConnection connection, long size, CancellationToken ct)
    {
        await using var ask = new NpgsqlCommand("select coalesce(max(size), 0) from checkpoint where size <= $1", connection) { Parameters = { Rows.Of(size) } };
        return (long)(await ask.ExecuteScalarAsync(ct))!;
    }

    private static async Task<(long Size, Edge? Edge, long? Beyond)> Head(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var ask = new NpgsqlCommand("select h.size, h.edge, (select min(position) from entry where position >= h.size) from head h where h.ledger = 1", connection);
        await using var row = await ask.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.GetInt64(0), row.IsDBNull(1) ? null : Edge.Read(row.GetInt64(0), row.GetFieldValue<byte[]>(1)), row.LongOrNull(2));
    }

    private static async Task<Dictionary<long, (Digest Root, DateTimeOffset At)>> Signed(NpgsqlConnection connection, long from, long until, CancellationToken ct)
    {
        await using var ask = new NpgsqlCommand("select size, note, made_at from checkpoint where size > $1 and size <= $2", connection) { Parameters = { Rows.Of(from), Rows.Of(until) } };
        await using var row = await ask.ExecuteReaderAsync(ct);
        var signed = new Dictionary<long, (Digest, DateTimeOffset)>();
        while (await row.ReadAsync(ct))
        {
            if (SignedNote.Read(row.GetString(1)).TryGet(out var note) && Checkpoint.Read(note.Text).TryGet(out var checkpoint))
            {
                signed[row.GetInt64(0)] = (checkpoint.Root, row.Moment(2));
            }
        }

        return signed;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
