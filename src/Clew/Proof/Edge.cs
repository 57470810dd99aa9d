using System.Numerics;

namespace Clew.Proof;

/// <summary>
/// The right edge of a tree, from which it goes on growing: the roots of the perfect trees that it consists of, the largest first.
/// One for each bit of the size, so a few hundred bytes for any ledger. Never changes; compared by value.
/// </summary>
public sealed class Edge : IEquatable<Edge>
{
    /// <summary>Of a tree without leaves.</summary>
    public static readonly Edge Empty = new(0, []);

    private readonly Digest[] peaks;

    internal Edge(long size, Digest[] peaks)
    {
        Size = size;
        this.peaks = peaks;
    }

    /// <summary>How many leaves the tree has.</summary>
    public long Size { get; }

    /// <summary>The roots of its perfect trees, the largest first.</summary>
    public ReadOnlySpan<Digest> Peaks => peaks;

    /// <summary>Reads what <see cref="ToBytes"/> wrote; nothing when a tree of this size has another number of peaks.</summary>
    public static Edge? Read(long size, ReadOnlySpan<byte> bytes)
    {
        var count = BitOperations.PopCount((ulong)size);
        if (size < 0 || bytes.Length != count * Digest.Length)
        {
            return null;
        }

        var peaks = new Digest[count];
        for (var i = 0; i < count; i++)
        {
            peaks[i] = new Digest(bytes.Slice(i * Digest.Length, Digest.Length));
        }

        return new Edge(size, peaks);
    }

    /// <summary>The peaks, one behind the other.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[peaks.Length * Digest.Length];
        for (var i = 0; i < peaks.Length; i++)
        {
            peaks[i].CopyTo(bytes.AsSpan(i * Digest.Length));
        }

        return bytes;
    }

    /// <summary>The root of the tree.</summary>
    public Digest Root(TreeHasher hasher)
    {
        if (peaks.Length == 0)
        {
            return TreeHasher.Empty;
        }

        var root = peaks[^1];
        for (var i = peaks.Length - 2; i >= 0; i--)
        {
            root = hasher.Node(peaks[i], root);
        }

        return root;
    }

    /// <inheritdoc/>
    public bool Equals(Edge? other) => other is not null && Size == other.Size && Peaks.SequenceEqual(other.Peaks);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Edge);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Size, peaks.Length == 0 ? default : peaks[^1]);
}

/// <summary>A node that will never change again: the hash of a full tile.</summary>
/// <param name="Level">From 1 on.</param>
/// <param name="Number">Counted along the level.</param>
public readonly record struct TileNode(int Level, long Number, Digest Hash);

/// <summary>A tree that grows at its right edge: one inner node is hashed for each leaf, on average.</summary>
public sealed class Growth(Edge from)
{
    private readonly List<Digest> peaks = [.. from.Peaks];
    private readonly List<TileNode> filled = [];

    /// <summary>How many leaves it has.</summary>
    public long Size { get; private set; } = from.Size;

    /// <summary>The hashes of the tiles that were filled on the way, in their order.</summary>
    public IReadOnlyList<TileNode> Filled => filled;

    /// <summary>Appends a leaf.</summary>
    public void Append(Digest leaf, TreeHasher hasher)
    {
        // As in adding one to a number: each one at its end carries into the next.
        var (hash, height) = (leaf, 0);
        for (var rest = Size; (rest & 1) == 1; rest >>= 1)
        {
            hash = hasher.Node(peaks[^1], hash);
            peaks.RemoveAt(peaks.Count - 1);
            height++;
            if (height % 8 == 0)
            {
                filled.Add(new TileNode(height / 8, Size >> height, hash));
            }
        }

        peaks.Add(hash);
        Size++;
    }

    /// <summary>Forgets the filled tiles, which somebody has written down.</summary>
    public void ForgetFilled() => filled.Clear();

    /// <summary>Where it stands.</summary>
    public Edge ToEdge() => new(Size, [.. peaks]);
}
