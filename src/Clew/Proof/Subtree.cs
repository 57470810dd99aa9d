using System.Numerics;

namespace Clew.Proof;

/// <summary>
/// The part of the tree over the leaves from one position up to another: what a proof consists of. In a tree of RFC 6962 everything
/// left of a split is perfect, and only the right edge is ragged.
/// </summary>
/// <param name="From">Its first leaf.</param>
/// <param name="Until">The position behind its last leaf.</param>
public readonly record struct Subtree(long From, long Until)
{
    /// <summary>How many leaves it has.</summary>
    public long Count => Until - From;

    /// <summary>Whether it has a power of two of leaves, and so never changes again.</summary>
    public bool IsPerfect => BitOperations.IsPow2(Count);

    /// <summary>How high a perfect one is: 0 for a leaf.</summary>
    public int Height => BitOperations.Log2((ulong)Count);

    /// <summary>Its two parts: the left has the largest power of two that is smaller than the whole (RFC 6962 2.1).</summary>
    public (Subtree Left, Subtree Right) Split()
    {
        var at = From + (1L << BitOperations.Log2((ulong)(Count - 1)));
        return (new Subtree(From, at), new Subtree(at, Until));
    }

    /// <summary>What shows that a leaf is in a tree of this size: the sibling of the leaf first, the child of the root last (RFC 6962 2.1.1).</summary>
    public static List<Subtree> Inclusion(long position, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, size);
        var path = new List<Subtree>();
        for (var tree = new Subtree(0, size); tree.Count > 1;)
        {
            var (left, right) = tree.Split();
            (tree, var sibling) = position < right.From ? (left, right) : (right, left);
            path.Add(sibling);
        }

        path.Reverse();
        return path;
    }

    /// <summary>What shows that a tree of this size begins with the tree of an earlier size (RFC 6962 2.1.2).</summary>
    public static List<Subtree> Consistency(long earlier, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(earlier);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(earlier, size);
        var path = new List<Subtree>();
        if (earlier == 0 || earlier == size)
        {
            return path;
        }

        var tree = new Subtree(0, size);
        var isKnown = true;
        while (tree.Until != earlier)
        {
            var (left, right) = tree.Split();
            if (earlier <= right.From)
            {
                path.Add(right);
                tree = left;
            }
            else
            {
                path.Add(left);
                tree = right;
                isKnown = false;
            }
        }

        // The whole of the earlier tree needs no saying: whoever asks knows its root.
        if (!isKnown)
        {
            path.Add(tree);
        }

        path.Reverse();
        return path;
    }
}
