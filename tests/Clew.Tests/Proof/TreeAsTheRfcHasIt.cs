using System.Globalization;
using Clew.Proof;

namespace Clew.Tests.Proof;

/// <summary>The tree against the RFC's own definition, written out naively, and against the roots that Certificate Transparency's implementations agree on.</summary>
public sealed class TreeAsTheRfcHasIt
{
    private const int SizeMax = 300;

    // The leaves and roots of the reference implementation's tests (transparency-dev/merkle, testonly).
    private static readonly string[] Leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    // The consistency proof from 6 to 8 of the same tests.
    private static readonly string[] SixToEight =
    [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];

    [Fact]
    public void Roots_are_those_of_the_reference()
    {
        using var hasher = new TreeHasher();
        var growth = new Growth(Edge.Empty);
        growth.ToEdge().Root(hasher).ToString().ShouldBe(Roots[0]);
        for (var i = 0; i < Leaves.Length; i++)
        {
            growth.Append(hasher.Leaf(Convert.FromHexString(Leaves[i])), hasher);
            growth.ToEdge().Root(hasher).ToString().ShouldBe(Roots[i + 1]);
        }
    }

    [Fact]
    public void The_consistency_proof_is_that_of_the_reference()
    {
        using var hasher = new TreeHasher();
        var leaves = Leaves.Select(l => hasher.Leaf(Convert.FromHexString(l))).ToArray();
        Subtree.Consistency(6, 8).Select(p => Naive(leaves.AsSpan((int)p.From, (int)p.Count), hasher).ToString()).ShouldBe(SixToEight);
    }

    [Fact]
    public void Every_edge_and_every_tile_hashes_to_the_naive_root()
    {
        using var hasher = new TreeHasher();
        foreach (var size in Enumerable.Range(0, SizeMax + 1).Concat([511, 512, 513, 65_535, 65_536, 65_537, 70_000]))
        {
            var tree = Tree.Of(size, hasher);
            var root = size <= SizeMax ? Naive(tree.Leaves, hasher) : tree.Edge.Root(hasher);
            tree.Edge.Root(hasher).ShouldBe(root);
            tree.Tiles.Hash(new Subtree(0, size), hasher).ShouldBe(root);
            Edge.Read(size, tree.Edge.ToBytes()).ShouldBe(tree.Edge);
            Edge.Read(size + 1, tree.Edge.ToBytes()).ShouldBe(System.Numerics.BitOperations.PopCount((uint)size) == System.Numerics.BitOperations.PopCount((uint)size + 1) ? new Growing(size + 1, tree.Edge).Edge : null);
        }
    }

    [Fact]
    public void Growing_in_any_steps_gives_the_same()
    {
        using var hasher = new TreeHasher();
        var whole = Tree.Of(70_000, hasher);
        var edge = Edge.Empty;
        var filled = new List<TileNode>();
        foreach (var step in new[] { 1, 255, 1, 700, 64_000, 3, 5_040 })
        {
            var growth = new Growth(edge);
            for (var i = 0; i < step; i++)
            {
                growth.Append(whole.Leaves[growth.Size], hasher);
            }

            edge = growth.ToEdge();
            filled.AddRange(growth.Filled);
        }

        edge.ShouldBe(whole.Edge);
        filled.Count(n => n.Level == 1).ShouldBe(273);
        filled.Count(n => n.Level == 2).ShouldBe(1);
        filled.ShouldAllBe(n => whole.Tiles.Hash(new Subtree(n.Number * Tile.Leaves(n.Level), (n.Number + 1) * Tile.Leaves(n.Level)), hasher) == n.Hash);
    }

    [Fact]
    public void Every_inclusion_proof_holds_and_none_for_another_leaf_position_size_or_root()
    {
        using var hasher = new TreeHasher();
        for (var size = 1; size <= SizeMax; size++)
        {
            var tree = Tree.Of(size, hasher);
            var root = tree.Edge.Root(hasher);
            for (var at = 0; at < size; at++)
            {
                var path = Subtree.Inclusion(at, size).ConvertAll(p => tree.Tiles.Hash(p, hasher)!.Value);
                var leaf = tree.Leaves[at];
                Paths.Includes(leaf, at, size, root, path, hasher).ShouldBeTrue();
                Paths.Includes(hasher.Leaf([9]), at, size, root, path, hasher).ShouldBeFalse();
                Paths.Includes(leaf, at, size, leaf, path, hasher).ShouldBe(size == 1);
                (at + 1 < size && Paths.Includes(leaf, at + 1, size, root, path, hasher)).ShouldBeFalse();
                Paths.Includes(leaf, at, size, root, [.. path, leaf], hasher).ShouldBeFalse();
                (path.Count > 0 && Paths.Includes(leaf, at, size, root, path[..^1], hasher)).ShouldBeFalse();
                Paths.Includes(leaf, -1, size, root, path, hasher).ShouldBeFalse();
                Paths.Includes(leaf, size, size, root, path, hasher).ShouldBeFalse();
            }
        }
    }

    [Fact]
    public void Every_consistency_proof_holds_and_none_for_another_root()
    {
        using var hasher = new TreeHasher();
        var roots = Enumerable.Range(0, SizeMax + 1).Select(size => Tree.Of(size, hasher).Edge.Root(hasher)).ToArray();
        var whole = Tree.Of(SizeMax, hasher);
        for (var size = 0; size <= SizeMax; size++)
        {
            for (var earlier = 0; earlier <= size; earlier++)
            {
                var path = Subtree.Consistency(earlier, size).ConvertAll(p => whole.Tiles.Hash(p, hasher)!.Value);
                Paths.Extends(earlier, roots[earlier], size, roots[size], path, hasher).ShouldBeTrue();
                Paths.Extends(earlier, roots[earlier], size, hasher.Leaf([9]), path, hasher).ShouldBe(earlier == 0 && size > 0); // Everything begins with nothing.
                Paths.Extends(earlier, hasher.Leaf([9]), size, roots[size], path, hasher).ShouldBeFalse();
                Paths.Extends(earlier, roots[earlier], size, roots[size], [.. path, roots[1]], hasher).ShouldBeFalse();
                (path.Count > 0 && Paths.Extends(earlier, roots[earlier], size, roots[size], path[..^1], hasher)).ShouldBeFalse();
            }
        }

        Paths.Extends(5, roots[5], 4, roots[4], [], hasher).ShouldBeFalse();
    }

    [Fact]
    public void Proofs_of_a_large_tree_need_few_tiles()
    {
        const long Size = 5_000_000_123;
        foreach (var at in new[] { 0, 1, 255, 256, 4_999_999_999, Size - 1 })
        {
            Tiles.NeededFor(Subtree.Inclusion(at, Size)).Count.ShouldBeLessThanOrEqualTo(10);
            Tiles.NeededFor(Subtree.Consistency(at + 1, Size)).Count.ShouldBeLessThanOrEqualTo(10);
        }
    }

    [Theory]
    [InlineData(0, 0, 256, "0/000")]
    [InlineData(0, 0, 7, "0/000.p/7")]
    [InlineData(3, 1234067, 256, "3/x001/x234/067")]
    [InlineData(1, 999, 255, "1/999.p/255")]
    [InlineData(0, 1000, 256, "0/x001/000")]
    public void Tiles_are_addressed_as_c2sp_has_it(int level, long number, int width, string path)
    {
        new Tile(level, number).Path(width).ShouldBe(path);
        Tile.TryRead(path, out var tile, out var read).ShouldBeTrue();
        (tile, read).ShouldBe((new Tile(level, number), width));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0/1")]
    [InlineData("00/000")]
    [InlineData("0/x000/001")]
    [InlineData("0/001/x000")]
    [InlineData("0/000.p/256")]
    [InlineData("0/000.p/0")]
    [InlineData("0/000.p/07")]
    [InlineData("9/000")]
    [InlineData("0/-01")]
    [InlineData("7/x999/x999/x999/x999/999")]
    public void No_other_address_is_one(string path) => Tile.TryRead(path, out _, out _).ShouldBeFalse();

    // MTH of RFC 6962 2.1, word for word.
    private static Digest Naive(ReadOnlySpan<Digest> leaves, TreeHasher hasher)
    {
        if (leaves.Length == 0)
        {
            return TreeHasher.Empty;
        }

        if (leaves.Length == 1)
        {
            return leaves[0];
        }

        var k = 1;
        while (k * 2 < leaves.Length)
        {
            k *= 2;
        }

        return hasher.Node(Naive(leaves[..k], hasher), Naive(leaves[k..], hasher));
    }

    private readonly record struct Growing(long Size, Edge From)
    {
        public Edge? Edge => Clew.Proof.Edge.Read(Size, From.ToBytes());
    }
}

/// <summary>A tree of numbered leaves, with all its tiles.</summary>
internal sealed record Tree(Digest[] Leaves, Edge Edge, Tiles Tiles)
{
    public static Tree Of(int size, TreeHasher hasher) =>
        Of([.. Enumerable.Range(0, size).Select(i => hasher.Leaf(System.Text.Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture))))], hasher);

    public static Tree Of(Digest[] leaves, TreeHasher hasher)
    {
        var growth = new Growth(Edge.Empty);
        foreach (var leaf in leaves)
        {
            growth.Append(leaf, hasher);
        }

        var tiles = new Tiles();
        foreach (var level in leaves.Select((l, i) => new TileNode(0, i, l)).Concat(growth.Filled).GroupBy(n => n.Level))
        {
            foreach (var tile in level.OrderBy(n => n.Number).GroupBy(n => n.Number / Tile.Width))
            {
                tiles.Add(new Tile(level.Key, tile.Key), tile.SelectMany(n => n.Hash.ToBytes()).ToArray());
            }
        }

        return new Tree(leaves, growth.ToEdge(), tiles);
    }
}
