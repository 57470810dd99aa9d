using System.Numerics;

namespace Clew.Proof;

/// <summary>Checks proofs, as RFC 9162 2.1.3.2 and 2.1.4.2 lay down. Total: a proof that is none is answered with no.</summary>
public static class Paths
{
    /// <summary>The longest proof that is looked at: as C2SP tlog-witness has it.</summary>
    public const int LengthMax = 63;

    /// <summary>Whether this leaf stands at this position of the tree with this root.</summary>
    public static bool Includes(Digest leaf, long position, long size, Digest root, IReadOnlyList<Digest> path, TreeHasher hasher)
    {
        if (position < 0 || position >= size || path.Count > LengthMax)
        {
            return false;
        }

        var (at, last, hash) = (position, size - 1, leaf);
        foreach (var sibling in path)
        {
            if (last == 0)
            {
                return false;
            }

            if ((at & 1) == 1 || at == last)
            {
                hash = hasher.Node(sibling, hash);
                Climb(ref at, ref last);
            }
            else
            {
                hash = hasher.Node(hash, sibling);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && hash == root;
    }

    /// <summary>Whether the tree with the second root begins with the tree with the first.</summary>
    public static bool Extends(long earlier, Digest earlierRoot, long size, Digest root, IReadOnlyList<Digest> path, TreeHasher hasher)
    {
        if (earlier < 0 || earlier > size || path.Count > LengthMax)
        {
            return false;
        }

        if (earlier == size || earlier == 0)
        {
            return path.Count == 0 && (earlier == size ? earlierRoot == root : earlierRoot == TreeHasher.Empty);
        }

        // A whole earlier tree is a node of the later one, and is not said again.
        var isWhole = BitOperations.IsPow2(earlier);
        if (path.Count == 0)
        {
            return false;
        }

        var (at, last) = (earlier - 1, size - 1);
        while ((at & 1) == 1)
        {
            (at, last) = (at >> 1, last >> 1);
        }

        var before = isWhole ? earlierRoot : path[0];
        var after = before;
        for (var i = isWhole ? 0 : 1; i < path.Count; i++)
        {
            if (last == 0)
            {
                return false;
            }

            if ((at & 1) == 1 || at == last)
            {
                before = hasher.Node(path[i], before);
                after = hasher.Node(path[i], after);
                Climb(ref at, ref last);
            }
            else
            {
                after = hasher.Node(after, path[i]);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && before == earlierRoot && after == root;
    }

    // On the ragged edge a node has no sibling on some levels.
    private static void Climb(ref long at, ref long last)
    {
        while ((at & 1) == 0 && at != 0)
        {
            (at, last) = (at >> 1, last >> 1);
        }
    }
}
