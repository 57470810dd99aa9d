using Clew.Proof;
using Clew.Server.Ledger;
using Npgsql;

namespace Clew.Server.Proof;

/// <summary>Somebody had a hand in the ledger's rows: what should be there is not, or is not what it was.</summary>
public sealed class LedgerDamagedException(string message) : Exception(message);

/// <summary>
/// Reads the tree. A proof takes the leaves of at most two tiles and a few short runs of inner nodes, in one round trip, and never
/// touches the writer.
/// </summary>
public sealed class TreeQueries(NpgsqlDataSource database)
{
    /// <summary>How far the tree goes, and its edge as the writer left it.</summary>
    public async Task<Edge> Head(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select size, edge from head where ledger = 1");
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return Edge.Read(row.GetInt64(0), row.IsDBNull(1) ? [] : row.GetFieldValue<byte[]>(1))
            ?? throw new LedgerDamagedException($"The head has no edge of a tree of {row.GetInt64(0)} entries. Tell the tree again: clew rebuild --tree.");
    }

    /// <summary>These tiles, as far as a tree of this size has them.</summary>
    public async Task<Tiles> Read(IReadOnlyCollection<Tile> tiles, long size, CancellationToken ct)
    {
        var read = new Tiles();
        var there = tiles.Where(t => t.WidthIn(size) > 0).ToList();
        if (there.Count == 0)
        {
            return read;
        }

        await using var batch = database.CreateBatch();
        foreach (var tile in there)
        {
            batch.BatchCommands.Add(tile.Level == 0
                ? new NpgsqlBatchCommand("select position, leaf from entry where position >= $1 and position < $2 order by position") { Parameters = { Rows.Of(tile.First), Rows.Of(tile.First + tile.WidthIn(size)) } }
                : new NpgsqlBatchCommand("select number, hash from node where level = $1 and number >= $2 and number < $3 order by number")
                {
                    Parameters = { Rows.Of((short)tile.Level), Rows.Of(tile.First), Rows.Of(tile.First + tile.WidthIn(size)) },
                });
        }

        await using var row = await batch.ExecuteReaderAsync(ct);
        foreach (var tile in there)
        {
            read.Add(tile, await Nodes(row, tile, tile.WidthIn(size), ct));
            await row.NextResultAsync(ct);
        }

        return read;
    }

    /// <summary>The bytes of a tile of this width.</summary>
    public async Task<byte[]> Bytes(Tile tile, int width, CancellationToken ct)
    {
        var until = (tile.First + width) << (8 * tile.Level);
        var read = await Read([tile], until, ct);
        return [.. Enumerable.Range(0, width).SelectMany(i => read.Node(tile.Level, tile.First + i)!.Value.ToBytes())];
    }

    /// <summary>The hashes of these parts of a tree of this size.</summary>
    public async Task<List<Digest>> Hashes(IReadOnlyList<Subtree> parts, long size, CancellationToken ct)
    {
        var tiles = await Read(Tiles.NeededFor(parts), size, ct);
        using var hasher = new TreeHasher();
        return [.. parts.Select(p => tiles.Hash(p, hasher) ?? throw new LedgerDamagedException($"A node of the tree over the entries {p.From} to {p.Until - 1} is missing."))];
    }

    /// <summary>The root of the tree when it had this size.</summary>
    public async Task<Digest> Root(long size, CancellationToken ct) => (await Hashes([new Subtree(0, size)], size, ct))[0];

    private static async Task<byte[]> Nodes(NpgsqlDataReader row, Tile tile, int width, CancellationToken ct)
    {
        var nodes = new byte[width * Digest.Length];
        for (var i = 0; i < width; i++)
        {
            var number = await row.ReadAsync(ct) ? row.GetInt64(0) : -1;
            if (number != tile.First + i)
            {
                throw new LedgerDamagedException(tile.Level == 0 ? $"The entry at position {tile.First + i} is missing." : $"Node {tile.First + i} of level {tile.Level} of the tree is missing.");
            }

            var hash = row.GetFieldValue<byte[]>(1);
            if (hash.Length != Digest.Length)
            {
                throw new LedgerDamagedException(tile.Level == 0 ? $"The leaf at position {number} is no hash." : $"Node {number} of level {tile.Level} of the tree is no hash.");
            }

            hash.CopyTo(nodes.AsSpan(i * Digest.Length));
        }

        return nodes;
    }
}
