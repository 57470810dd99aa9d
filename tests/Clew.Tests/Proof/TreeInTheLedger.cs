using Clew.Proof;
using Clew.Server.Ledger;
using Clew.Server.Proof;
using Clew.Tests.Capture;
using Clew.Tests.Storage;

namespace Clew.Tests.Proof;

/// <summary>The tree that the writer moves with the head is the tree over the entries.</summary>
public sealed class TreeInTheLedger(Ground ground)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_servers_and_many_senders_grow_one_tree()
    {
        await using var company = await Company.Found(ground).Described();
        await using var second = company.Second();
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => (i % 2 == 0 ? company : second).Tell($"#{i}a 1.{i} productionCompleted P{i % 7} at plant", $"#{i}b 2.{i} packed P{i % 7} in K{i % 3} at plant", $"#{i % 50}c 3 moved P{i % 7} at plant")));
        var leaves = await Leaves(company);
        leaves.Length.ShouldBeGreaterThan(512);
        await Compare(company, leaves);
    }

    [Fact]
    public async Task Proofs_from_the_database_hold_for_every_entry_and_many_sizes()
    {
        await using var company = await Company.Found(ground).Described();
        await company.Tell([.. Enumerable.Range(0, 600).Select(i => $"#{i} 1.{i} productionCompleted P{i} at plant")]);
        var leaves = await Leaves(company);
        var queries = new TreeQueries(company.Database);
        using var hasher = new TreeHasher();
        foreach (var size in new[] { 1, 2, 255, 256, 257, 511, 512, 513, leaves.Length })
        {
            var root = await queries.Root(size, Stop);
            root.ShouldBe(Tree.Of(leaves[..size], hasher).Edge.Root(hasher));
            foreach (var at in new[] { 0, size / 3, size / 2, size - 1 })
            {
                Paths.Includes(leaves[at], at, size, root, await queries.Hashes(Subtree.Inclusion(at, size), size, Stop), hasher).ShouldBeTrue();
                var earlier = at + 1;
                Paths.Extends(earlier, await queries.Root(earlier, Stop), size, root, await queries.Hashes(Subtree.Consistency(earlier, size), size, Stop), hasher).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public async Task A_ledger_from_before_the_tree_gets_one_with_the_next_entry()
    {
        await using var company = await Company.Found(ground).Described();
        await company.Tell([.. Enumerable.Range(0, 600).Select(i => $"#{i} 1.{i} productionCompleted P{i} at plant")]);
        await company.Ask("with gone as (delete from node) update head set edge = null");
        await using var second = company.Second();
        await second.Tell("#x 2 moved P1 at plant");
        await Compare(company, await Leaves(company));
    }

    [Fact]
    public async Task The_tree_is_told_again_by_a_command()
    {
        await using var company = await Company.Found(ground).Described();
        await company.Tell([.. Enumerable.Range(0, 600).Select(i => $"#{i} 1.{i} productionCompleted P{i} at plant")]);
        await company.Ask("update node set hash = '\\x00'");
        await Should.ThrowAsync<LedgerDamagedException>(() => new TreeQueries(company.Database).Root(613, Stop));
        await company.Ask("with gone as (delete from node where number = 1) update head set edge = substr(edge, 1, 32)");
        (await Rebuild.Tree(company.Database, Stop)).ShouldBe(613);
        await Compare(company, await Leaves(company));
        await company.Tell("#x 2 moved P1 at plant");
        await Compare(company, await Leaves(company));
    }

    private static async Task Compare(Company company, Digest[] leaves)
    {
        using var hasher = new TreeHasher();
        var tree = Tree.Of(leaves, hasher);
        var queries = new TreeQueries(company.Database);
        var head = await queries.Head(Stop);
        head.ShouldBe(tree.Edge);
        (await queries.Root(leaves.Length, Stop)).ShouldBe(tree.Edge.Root(hasher));
        var growth = new Growth(Edge.Empty);
        foreach (var leaf in leaves)
        {
            growth.Append(leaf, hasher);
        }

        (await company.Ask("select level, number, encode(hash, 'hex') from node order by level, number")).ShouldBe(growth.Filled.OrderBy(n => n.Level).ThenBy(n => n.Number).Select(n => $"{n.Level} {n.Number} {n.Hash}"));
    }

    // Hashed again from the bodies: what the writer put down as a leaf is not believed.
    private static async Task<Digest[]> Leaves(Company company)
    {
        using var hasher = new TreeHasher();
        var leaves = new List<Digest>();
        await using var ask = company.Database.CreateCommand("select body from entry order by position");
        await using var row = await ask.ExecuteReaderAsync(Stop);
        while (await row.ReadAsync(Stop))
        {
            leaves.Add(hasher.Leaf(row.GetFieldValue<byte[]>(0)));
        }

        return [.. leaves];
    }
}
