using Clew.Genealogy;
using Clew.Identification;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.MasterData;
using Clew.Server.Ledger;
using Clew.Server.Lifecycle;
using Clew.Server.MasterData;
using Npgsql;

namespace Clew.Server.Genealogy;

/// <summary>One stay in a tree of what is in what.</summary>
/// <param name="Link">In our tables.</param>
/// <param name="Via">The stay one level nearer to where the question started; nothing on the first level.</param>
/// <param name="Depth">From 1.</param>
/// <param name="Item">The item at the far end: the part or content when looking down, the whole or container when looking up.</param>
/// <param name="From">When it went in; nothing when only its coming out is known.</param>
/// <param name="To">When it came out; nothing while it is in.</param>
/// <param name="Fitted">The entry that says it went in.</param>
/// <param name="Removed">The entry that says it came out.</param>
public sealed record Branch(
    long Link, long? Via, int Depth, ItemStanding Item, Nature Nature, decimal? Quantity,
    DateTimeOffset? From, DateTimeOffset? To, long? Fitted, long? Removed, Irregularity Irregular)
{
    /// <summary>Whether it is in, as of the question.</summary>
    public bool IsIn => To is null;
}

/// <summary>A tree of what is in what, level by level.</summary>
/// <param name="IsCut">There is more than was asked for.</param>
public sealed record Tree(IReadOnlyList<Branch> Branches, bool IsCut);

/// <summary>A part that a unit must have and of which no report came.</summary>
public sealed record MissingPart(Product Product);

/// <summary>What a link leads up to.</summary>
public sealed record PathStep(Identity Whole, Product? Product);

/// <summary>Answers what is in an item and what it is in, through any depth, now and before.</summary>
public sealed class TraceQueries(NpgsqlDataSource database, Names names, LifeQueries lives)
{
    /// <summary>How deep a tree goes. Deeper than any device; a cycle that was reported ends here.</summary>
    public const int DepthMax = 32;

    /// <summary>Branches in one answer. A lot in a hundred thousand devices is a question for a scope, not for a tree.</summary>
    public const int BranchesMax = 5_000;

    /// <summary>What it is made of: parts, lots, inputs, and for a container its contents.</summary>
    public Task<Tree> Below(long item, AsOf asOf, int max, CancellationToken ct) => Climb(item, "parent", "child", asOf, max, ct);

    /// <summary>What it is or was part of, and which containers it is or was in.</summary>
    public Task<Tree> Above(long item, AsOf asOf, int max, CancellationToken ct) => Climb(item, "child", "parent", asOf, max, ct);

    /// <summary>Parts that its product demands and nobody ever reported.</summary>
    public async Task<List<MissingPart>> Missing(long item, AsOf asOf, CancellationToken ct) => [.. (await Missing([item], asOf, ct))[item]];

    /// <summary>The same for many items at once.</summary>
    public async Task<ILookup<long, MissingPart>> Missing(long[] items, AsOf asOf, CancellationToken ct)
    {
        var register = await names.Current(ct);
        await using var command = database.CreateCommand($"select g.item, g.product from gap g where g.item = any(@items) and {LedgerQueries.Believed("g", "g.learned", asOf)} order by 1, 2");
        LedgerQueries.Fill(command, asOf with { Happened = null });
        command.Parameters.AddWithValue("items", items);
        await using var row = await command.ExecuteReaderAsync(ct);
        var missing = new List<(long Item, MissingPart Part)>();
        while (await row.ReadAsync(ct))
        {
            missing.Add((row.GetInt64(0), new MissingPart(register.ProductOf(row.GetInt32(1))!)));
        }

        return missing.ToLookup(m => m.Item, m => m.Part);
    }

    /// <summary>What these links hold: the steps of the paths by which units are in a scope.</summary>
    public async Task<Dictionary<long, PathStep>> Steps(IEnumerable<long> links, CancellationToken ct)
    {
        var register = await names.Current(ct);
        await using var command = database.CreateCommand("select l.id, p.key, p.granularity, p.product from link l join item p on p.id = l.parent where l.id = any($1)");
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. links.Distinct()] });
        await using var row = await command.ExecuteReaderAsync(ct);
        var steps = new Dictionary<long, PathStep>();
        while (await row.ReadAsync(ct))
        {
            steps[row.GetInt64(0)] = new PathStep(Identity.Read(row.GetString(1), "", (Granularity)row.GetInt16(2)).Value, row.IntOrNull(3) is { } product ? register.ProductOf(product) : null);
        }

        return steps;
    }

    // A part's own parts count only as far as they were in it while it was in the whole: the interval narrows on the way.
    private async Task<Tree> Climb(long item, string near, string far, AsOf asOf, int max, CancellationToken ct)
    {
        max = Math.Clamp(max, 1, BranchesMax);
        var begun = asOf.Happened is null ? "" : "and (l.from_at is null or l.from_at <= @happened)";
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand($"""
            with recursive tree as (
                select l.id, null::bigint as via, 1 as depth, l.{far} as item, l.nature, l.quantity, l.from_at, l.to_at, l.fitted, l.removed, l.irregular,
                       l.from_at as since, l.to_at as until, array[l.id] as path
                from link l
                where l.{near} = @item and {LedgerQueries.Believed("l", "l.learned", asOf)} {begun}
                union all
                select l.id, t.id, t.depth + 1, l.{far}, l.nature, l.quantity, l.from_at, l.to_at, l.fitted, l.removed, l.irregular,
                       greatest(t.since, l.from_at), least(t.until, l.to_at), t.path || l.id
                from tree t
                join lateral (select * from link l where l.{near} = t.item and {LedgerQueries.Believed("l", "l.learned", asOf)} {begun} offset 0) l on true
                where l.id <> all(t.path) and t.depth < {DepthMax} and coalesce(greatest(t.since, l.from_at) < least(t.until, l.to_at), true)
            )
            select id, via, depth, item, nature, quantity, from_at, to_at, fitted, removed, irregular from tree limit @max
            """, connection);
        LedgerQueries.Fill(command, asOf);
        command.Parameters.AddWithValue("item", item);
        command.Parameters.AddWithValue("max", max + 1);
        var rows = new List<(long Id, long? Via, int Depth, long Item, Nature Nature, decimal? Quantity, DateTimeOffset? From, DateTimeOffset? To, long? Fitted, long? Removed, Irregularity Irregular)>();
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
            {
                rows.Add((row.GetInt64(0), row.LongOrNull(1), row.GetInt32(2), row.GetInt64(3), (Nature)row.GetInt16(4), row.IsDBNull(5) ? null : row.GetDecimal(5),
                    row.MomentOrNull(6), row.MomentOrNull(7), row.LongOrNull(8), row.LongOrNull(9), (Irregularity)row.GetInt32(10)));
            }
        }

        var isCut = rows.Count > max;
        if (isCut)
        {
            rows.RemoveAt(max);
        }

        var items = (await lives.Standing([.. rows.Select(r => r.Item).Distinct()], asOf, ct)).ToDictionary(i => i.Id);
        var until = asOf.Happened?.AsDateTimeOffset();
        return new Tree(
            [.. rows.OrderBy(r => r.Depth).ThenBy(r => r.From).ThenBy(r => items[r.Item].Identity)
                .Select(r => new Branch(r.Id, r.Via, r.Depth, items[r.Item], r.Nature, r.Quantity, r.From, r.To > until ? null : r.To, r.Fitted, r.To > until ? null : r.Removed, r.Irregular))],
            isCut);
    }
}
