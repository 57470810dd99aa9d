using Clew.Proof;
using Npgsql;

namespace Clew.Server.Ledger;

/// <summary>
/// The inner nodes of the ledger's tree, one row for each tile of 256 that fills: written once, in the transaction that appends the leaf
/// which fills it. All of it follows from the leaves and can be told again.
/// </summary>
internal static class TreeRows
{
    /// <summary>Puts down the tiles that were filled.</summary>
    public static void Write(Writes writes, Growth tree)
    {
        var rows = writes.To("node", "level smallint", "number bigint", "hash bytea");
        foreach (var node in tree.Filled)
        {
            rows.Row().Short(node.Level).Long(node.Number).Bytes(node.Hash.ToBytes());
        }

        tree.ForgetFilled();
    }

    /// <summary>
    /// Tells the tree again from the leaves up to this size, inside a transaction that holds the head's lock: for a ledger that an
    /// older version wrote, and when somebody has had a hand in these rows.
    /// </summary>
    public static Edge Tell(NpgsqlConnection connection, long size)
    {
        using var hasher = new TreeHasher();
        var tree = new Growth(Edge.Empty);
        connection.Execute("delete from node");
        while (tree.Size < size)
        {
            var from = tree.Size;
            Append(connection, tree, Math.Min(size, from + PageMax), hasher);
            using var writes = new Writes();
            Write(writes, tree);
            writes.Send(connection);
        }

        var edge = tree.ToEdge();
        connection.Execute("update head set edge = $1 where ledger = 1", Rows.Of(edge.ToBytes()));
        return edge;
    }

    // Leaves in one page: what is held of them is their nodes, 32 bytes for 256.
    private const long PageMax = 1_000_000;

    private static void Append(NpgsqlConnection connection, Growth tree, long until, TreeHasher hasher)
    {
        using var ask = new NpgsqlCommand("select position, leaf from entry where position >= $1 and position < $2 order by position", connection)
        {
            Parameters = { Rows.Of(tree.Size), Rows.Of(until) },
            CommandTimeout = 0,
        };
        using var row = ask.ExecuteReader();
        while (row.Read())
        {
            if (row.GetInt64(0) != tree.Size)
            {
                break;
            }

            tree.Append(new Digest(row.GetFieldValue<byte[]>(1)), hasher);
        }

        if (tree.Size < until)
        {
            throw new InvalidDataException($"The entry at position {tree.Size} is missing from the ledger.");
        }
    }
}
