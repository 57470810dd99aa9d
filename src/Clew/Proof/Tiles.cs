using System.Globalization;

namespace Clew.Proof;

/// <summary>
/// A tile of the tree as C2SP tlog-tiles cuts it: 256 neighbouring nodes of one level. Level 0 holds the hashes of leaves, and each
/// node of the next is the hash of a full tile below.
/// </summary>
/// <param name="Level">0 for leaves; its nodes stand over 256^level leaves each.</param>
/// <param name="Number">Which tile of the level.</param>
public readonly record struct Tile(int Level, long Number)
{
    /// <summary>Nodes in a full tile.</summary>
    public const int Width = 256;

    /// <summary>Above this a full tile would have more leaves than there are positions.</summary>
    public const int LevelMax = 6;

    /// <summary>The first of its nodes, counted along the level.</summary>
    public long First => Number * Width;

    /// <summary>How many leaves lie under one node of this level.</summary>
    public static long Leaves(int level) => 1L << (8 * level);

    /// <summary>How many of its nodes a tree of this size has: 256 when it is full and will never change again, 0 when it is not there.</summary>
    public int WidthIn(long size) => (int)Math.Clamp((size >> (8 * Level)) - First, 0, Width);

    /// <summary>Its address below <c>tile/</c>: <c>0/x001/x234/067</c>, with <c>.p/112</c> behind it when it is not full.</summary>
    public string Path(int width)
    {
        var text = (Number % 1000).ToString("D3", CultureInfo.InvariantCulture);
        for (var rest = Number / 1000; rest > 0; rest /= 1000)
        {
            text = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:D3}/{text}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Level}/{text}{(width == Width ? "" : ".p/")}{(width == Width ? "" : width)}");
    }

    /// <summary>Reads what <see cref="Path"/> writes, and nothing looser.</summary>
    public static bool TryRead(string path, out Tile tile, out int width)
    {
        (tile, width) = (default, Width);
        var parts = path.Split(".p/");
        if (parts.Length > 2 || (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out width)))
        {
            return false;
        }

        var steps = parts[0].Split('/');
        if (steps.Length is < 2 or > 7 || !int.TryParse(steps[0], NumberStyles.None, CultureInfo.InvariantCulture, out var level) || level > LevelMax)
        {
            return false;
        }

        var number = 0L;
        foreach (var step in steps[1..])
        {
            if (!int.TryParse(step.TrimStart('x'), NumberStyles.None, CultureInfo.InvariantCulture, out var digits) || digits > 999)
            {
                return false;
            }

            number = (number * 1000) + digits;
        }

        tile = new Tile(level, number);
        return number < long.MaxValue >> (8 * (level + 1)) && width is > 0 and <= Width && tile.Path(width) == path;
    }
}

/// <summary>Some tiles of a tree, and what can be computed from them: any proof needs a handful.</summary>
public sealed class Tiles
{
    private readonly Dictionary<Tile, ReadOnlyMemory<byte>> held = [];

    /// <summary>The tiles that must be at hand for these parts of the tree: one or two on each level.</summary>
    public static HashSet<Tile> NeededFor(params IEnumerable<Subtree> parts)
    {
        var needed = new HashSet<Tile>();
        foreach (var part in parts)
        {
            Add(part, needed);
        }

        return needed;
    }

    /// <summary>Lays a tile down, or as many of its nodes as there are, 32 bytes each.</summary>
    public void Add(Tile tile, ReadOnlyMemory<byte> nodes) => held[tile] = nodes;

    /// <summary>The nodes of a tile that is at hand, 32 bytes each.</summary>
    public ReadOnlyMemory<byte> Bytes(Tile tile) => held[tile];

    /// <summary>A node, or nothing when its tile is not at hand or not so long.</summary>
    public Digest? Node(int level, long number)
    {
        var at = (int)(number % Tile.Width) * Digest.Length;
        return held.TryGetValue(new Tile(level, number / Tile.Width), out var nodes) && nodes.Length >= at + Digest.Length ? new Digest(nodes.Span.Slice(at, Digest.Length)) : null;
    }

    /// <summary>The hash of a part of the tree; nothing when a tile that it needs is not at hand.</summary>
    public Digest? Hash(Subtree part, TreeHasher hasher)
    {
        if (part.Count == 0)
        {
            return TreeHasher.Empty;
        }

        if (!part.IsPerfect)
        {
            var (left, right) = part.Split();
            return Hash(left, hasher) is { } one && Hash(right, hasher) is { } other ? hasher.Node(one, other) : null;
        }

        var (level, first, count) = Run(part);
        var nodes = new Digest[count];
        for (var i = 0; i < count; i++)
        {
            if (Node(level, first + i) is not { } node)
            {
                return null;
            }

            nodes[i] = node;
        }

        return hasher.Fold(nodes);
    }

    private static void Add(Subtree part, HashSet<Tile> needed)
    {
        if (part.Count == 0)
        {
            return;
        }

        if (part.IsPerfect)
        {
            var (level, first, _) = Run(part);
            needed.Add(new Tile(level, first / Tile.Width));
            return;
        }

        var (left, right) = part.Split();
        Add(left, needed);
        Add(right, needed);
    }

    // The neighbouring nodes that a perfect part consists of, on the highest level that has whole ones: at most 128, all in one tile.
    private static (int Level, long First, int Count) Run(Subtree part)
    {
        var level = part.Height / 8;
        return (level, part.From / Tile.Leaves(level), 1 << (part.Height % 8));
    }
}
