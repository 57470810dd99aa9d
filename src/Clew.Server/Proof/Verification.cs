using Clew.Proof;
using Clew.Server.Ledger;
using Npgsql;

namespace Clew.Server.Proof;

/// <summary>What a look at some entries showed.</summary>
/// <param name="Positions">Which entries.</param>
/// <param name="More">There are more than were looked at.</param>
/// <param name="Wrong">The first whose bytes are not those under the signed root; nothing when all are.</param>
/// <param name="Checkpoint">Under which they lie; nothing when none is signed, or when the tree is damaged.</param>
/// <param name="Key">That signed it, truly.</param>
/// <param name="Witnesses">That co-signed it, truly, and when.</param>
public sealed record Verified(IReadOnlyList<long> Positions, bool More, long? Wrong, KeptCheckpoint? Checkpoint, NoteKey? Key, IReadOnlyList<(string Name, DateTimeOffset At)> Witnesses)
{
    /// <summary>All that was looked at is as it was, and signed.</summary>
    public bool IsWhole => Wrong is null && Checkpoint is not null && Key is not null;
}

/// <summary>Does before the reader's eyes what the auditor's program does from a pack: hash, climb to the root, check the signatures.</summary>
public sealed class Verification(NpgsqlDataSource database, TreeQueries tree, Checkpoints checkpoints, Witnesses witnesses, ProofSettings settings)
{
    /// <summary>Entries that a page looks at: a device has some dozens. A pack holds them all.</summary>
    public const int EntriesMax = 1_000;

    /// <summary>The entries of an item's life.</summary>
    public Task<Verified> OfItem(long item, CancellationToken ct) => Of("select distinct position from step where item = $1 order by position limit $2", Rows.Of(item), ct);

    /// <summary>The entries of a recall itself.</summary>
    public Task<Verified> OfRecall(string number, CancellationToken ct) => Of("select position from case_fact where case_number = $1 order by position limit $2", Rows.Of(number), ct);

    /// <summary>One entry.</summary>
    public Task<Verified> OfEntry(long position, CancellationToken ct) => Of("select position from entry where position = $1 limit $2", Rows.Of(position), ct);

    private async Task<Verified> Of(string sql, NpgsqlParameter what, CancellationToken ct)
    {
        var positions = new List<long>();
        await using (var ask = database.CreateCommand(sql))
        {
            ask.Parameters.Add(what);
            ask.Parameters.Add(Rows.Of(EntriesMax + 1));
            await using var row = await ask.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                positions.Add(row.GetInt64(0));
            }
        }

        var more = positions.Count > EntriesMax;
        positions = [.. positions.Take(EntriesMax)];
        try
        {
            return positions.Count == 0 ? new Verified([], false, null, null, null, []) : await Look(positions, more, ct);
        }
        catch (LedgerDamagedException)
        {
            return new Verified(positions, more, positions[0], null, null, []);
        }
    }

    private async Task<Verified> Look(List<long> positions, bool more, CancellationToken ct)
    {
        if (await checkpoints.Reaching(positions[^1] + 1, ct) is not { } checkpoint)
        {
            return new Verified(positions, more, null, null, null, []);
        }

        var read = Checkpoint.Read(checkpoint.Note.Text).Value;
        var paths = positions.ToDictionary(p => p, p => Subtree.Inclusion(p, read.Size));
        var tiles = await tree.Read(Tiles.NeededFor(paths.Values.SelectMany(p => p)), read.Size, ct);
        using var hasher = new TreeHasher();
        long? wrong = null;
        await using (var ask = database.CreateCommand("select position, body from entry where position = any($1) order by position"))
        {
            ask.Parameters.Add(Rows.Of(positions.ToArray()));
            await using var row = await ask.ExecuteReaderAsync(ct);
            foreach (var position in positions)
            {
                var isThere = await row.ReadAsync(ct) && row.GetInt64(0) == position;
                var path = paths[position].ConvertAll(p => tiles.Hash(p, hasher) ?? default);
                if (!isThere || !Paths.Includes(hasher.Leaf(row.GetFieldValue<byte[]>(1)), position, read.Size, read.Root, path, hasher))
                {
                    wrong = position;
                    break;
                }
            }
        }

        var signed = settings.Signer is { } signer ? [signer.Key] : (await checkpoints.Declarations(ct)).Select(d => KeyDeclaration.Read(d.Text)!.Key);
        return new Verified(
            positions, more, wrong, checkpoint, signed.FirstOrDefault(k => checkpoint.Note.By(k, Ed25519.Verify) == Signed.Truly),
            [.. (await witnesses.List(ct)).Select(w => (w.Key.Name, At: checkpoint.Note.CosignedAt(w.Key, Ed25519.Verify))).Where(w => w.At is not null).Select(w => (w.Name, DateTimeOffset.FromUnixTimeSeconds(w.At!.Value)))]);
    }
}
