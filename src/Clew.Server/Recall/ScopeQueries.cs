using System.Data;
using System.Runtime.CompilerServices;
using Clew.Capture;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.MasterData;
using Clew.Server.Ledger;
using Clew.Server.MasterData;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Recall;

/// <summary>In which of a scope's three sets a unit is.</summary>
public enum ScopeSet
{
    /// <summary>It contains now what is sought, or is it.</summary>
    Now = 0,

    /// <summary>It contained it once: the part was taken out since, or the unit has come to its end.</summary>
    Before = 1,

    /// <summary>It cannot be excluded: a part that it must have was never reported.</summary>
    Unclear = 2,
}

/// <summary>How many units of a scope stand alike.</summary>
/// <param name="IsDevice">A device; otherwise a loose part that is in no device.</param>
public sealed record ScopeCount(ScopeSet Set, bool IsDevice, Stage Stage, Hold Hold, Place? Place, Party? Holder, long Units);

/// <summary>A scope summed up.</summary>
/// <param name="Known">The last position that it counts.</param>
public sealed record ScopeSummary(long Known, IReadOnlyList<ScopeCount> Counts, ScopeOrigins? Origins)
{
    /// <summary>Devices in a set.</summary>
    public long Devices(ScopeSet set) => Counts.Where(c => c.IsDevice && c.Set == set).Sum(c => c.Units);

    /// <summary>Loose parts in a set.</summary>
    public long Parts(ScopeSet set) => Counts.Where(c => !c.IsDevice && c.Set == set).Sum(c => c.Units);

    /// <summary>Devices that ever contained it.</summary>
    public long Ever => Devices(ScopeSet.Now) + Devices(ScopeSet.Before);
}

/// <summary>One unit of a scope and why it is in it.</summary>
/// <param name="Source">The lot or unit by which it is meant; nothing for a unit that cannot be excluded.</param>
/// <param name="Path">Links from the source upward; empty when the unit itself is meant.</param>
/// <param name="From">Since when the whole path held.</param>
/// <param name="To">Until when; nothing while it holds.</param>
public sealed record ScopeUnit(
    long Id, Identity Identity, Product? Product, bool IsDevice, ScopeSet Set, Identity? Source, IReadOnlyList<long> Path,
    DateTimeOffset? From, DateTimeOffset? To, Stage Stage, Hold Hold, Place? Place, Party? Holder);

/// <summary>How the units of a scope came to contain what is sought: what a recall by build records alone would get wrong.</summary>
/// <param name="BuiltIn">Contained it when its making was completed.</param>
/// <param name="FittedLater">Got it in service: a recall by build records misses these.</param>
/// <param name="TakenOut">Contained it, and the part was taken out since: a recall by build records stops these for nothing.</param>
/// <param name="Ended">Contained it, and was scrapped, destroyed or used up since.</param>
public sealed record ScopeOrigins(long BuiltIn, long FittedLater, long TakenOut, long Ended);

/// <summary>Which units a criterion reaches: by what they are, and by what is or was in them, through any depth.</summary>
public sealed class ScopeQueries(NpgsqlDataSource database, Names names)
{
    /// <summary>How deep a climb goes. Deeper than any device; a cycle that was reported ends here.</summary>
    private const int DepthMax = 32;

    // What comes to its end in these stages is no longer anywhere to be stopped.
    private static readonly short[] Ends = [.. Stages.All.Where(s => s.IsEnd).Select(s => (short)s.Stage)];

    /// <summary>How many units, where, in whose hands.</summary>
    /// <remarks>
    /// Most of it is looking up each unit's last step, which is the work of one of PostgreSQL's processes for each connection: two
    /// connections that see the same snapshot take half of the units each.
    /// </remarks>
    /// <param name="withOrigins">Also how they came to contain it, which takes another look at each unit's making.</param>
    public async Task<ScopeSummary> Summary(Criterion criterion, AsOf asOf, bool withOrigins, CancellationToken ct)
    {
        var register = await names.Current(ct);
        await using var one = await database.OpenConnectionAsync(ct);
        await using var other = await database.OpenConnectionAsync(ct);
        await using var first = await one.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        await using var second = await other.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var known = asOf.Known ?? await Size(one, ct) - 1;
        await Share(one, other, ct);
        var halves = await Task.WhenAll(Half(one, 0), Half(other, 1));
        var counts = halves.SelectMany(h => h).GroupBy(h => h.Count with { Units = 0 })
            .Select(g => (Count: g.Key with { Units = g.Sum(h => h.Count.Units) }, BuiltIn: g.Sum(h => h.BuiltIn)))
            .OrderBy(c => c.Count.Set).ThenByDescending(c => c.Count.IsDevice).ThenBy(c => c.Count.Stage).ThenBy(c => c.Count.Place?.Number ?? int.MaxValue).ThenBy(c => c.Count.Holder?.Number ?? int.MaxValue)
            .ToList();
        return new ScopeSummary(known, [.. counts.Select(c => c.Count)], withOrigins ? Origins(counts) : null);

        async Task<List<(ScopeCount Count, long BuiltIn)>> Half(NpgsqlConnection connection, int half)
        {
            await using var command = new NpgsqlCommand($"""
                {Units(criterion, asOf, isSummed: true)}
                select set, is_device, stage, hold, place, holder, count(*), {(withOrigins ? $"count(*) filter (where {IsBuiltIn})" : "0::bigint")}
                from scope group by 1, 2, 3, 4, 5, 6
                """, connection);
            Fill(command, criterion, asOf, register);
            command.Parameters.AddWithValue("half", half);
            await using var row = await command.ExecuteReaderAsync(ct);
            var counts = new List<(ScopeCount, long)>();
            while (await row.ReadAsync(ct))
            {
                counts.Add((new ScopeCount((ScopeSet)row.GetInt32(0), row.GetBoolean(1), (Stage)row.GetInt16(2), (Hold)row.GetInt16(3), PlaceOf(row, 4, register), PartyOf(row, 5, register), row.GetInt64(6)), row.GetInt64(7)));
            }

            return counts;
        }
    }

    // The other connection sees what this one sees, whatever is written meanwhile.
    private static async Task Share(NpgsqlConnection one, NpgsqlConnection other, CancellationToken ct)
    {
        await using var export = new NpgsqlCommand("select pg_export_snapshot()", one);
        var snapshot = (string)(await export.ExecuteScalarAsync(ct))!;
        await using var import = new NpgsqlCommand($"set transaction snapshot '{snapshot}'", other);
        await import.ExecuteNonQueryAsync(ct);
    }

    private static ScopeOrigins Origins(IEnumerable<(ScopeCount Count, long BuiltIn)> counts)
    {
        var origins = new ScopeOrigins(0, 0, 0, 0);
        foreach (var (count, builtIn) in counts.Where(c => c.Count is { IsDevice: true, Set: not ScopeSet.Unclear }))
        {
            var isOver = Stages.IsEnd(count.Stage);
            origins = new ScopeOrigins(
                origins.BuiltIn + builtIn, origins.FittedLater + count.Units - builtIn,
                origins.TakenOut + (count.Set == ScopeSet.Before && !isOver ? count.Units : 0), origins.Ended + (count.Set == ScopeSet.Before && isOver ? count.Units : 0));
        }

        return origins;
    }

    /// <summary>The units, in the order of our ids, as they come from the database: a list of a hundred thousand is never held whole.</summary>
    /// <param name="set">Only this set; nothing means all.</param>
    /// <param name="after">The id after which to go on; 0 at the beginning.</param>
    public async IAsyncEnumerable<ScopeUnit> List(Criterion criterion, AsOf asOf, ScopeSet? set, long after, int max, [EnumeratorCancellation] CancellationToken ct)
    {
        var register = await names.Current(ct);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand($"""
            {Units(criterion, asOf, isSummed: false)}
            select scope.unit, scope.key, scope.granularity, scope.product, scope.is_device, scope.set, scope.source, scope.path, scope.from_at, scope.to_at, scope.stage, scope.hold, scope.place, scope.holder, src.key, src.granularity
            from scope left join item src on src.id = scope.source
            where scope.unit > @after and (@set < 0 or set = @set)
            order by unit
            limit @max
            """, connection);
        Fill(command, criterion, asOf, register);
        command.Parameters.AddWithValue("after", after);
        command.Parameters.AddWithValue("set", set is { } one ? (int)one : -1);
        command.Parameters.AddWithValue("max", max);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            yield return new ScopeUnit(
                row.GetInt64(0), Identity.Read(row.GetString(1), "", (Granularity)row.GetInt16(2)).Value, row.IntOrNull(3) is { } product ? register.ProductOf(product) : null, row.GetBoolean(4), (ScopeSet)row.GetInt32(5),
                row.IsDBNull(14) ? null : Identity.Read(row.GetString(14), "", (Granularity)row.GetInt16(15)).Value, row.IsDBNull(7) ? [] : row.GetFieldValue<long[]>(7),
                row.MomentOrNull(8), row.MomentOrNull(9),
                (Stage)row.GetInt16(10), (Hold)row.GetInt16(11), PlaceOf(row, 12, register), PartyOf(row, 13, register));
        }
    }

    private static readonly string IsBuiltIn = $"""
        exists (select 1 from step m where m.item = scope.unit and m.kind = {Vocabulary.ProductionCompleted.Number} and m.unlearned is null and (first_at is null or first_at <= m.happened))
        """;

    // One row a unit: for counts it is enough to add up, and a list needs the best path. In the order of the ids, because the
    // look-ups of items and steps that follow then walk their tables instead of jumping about: three times as fast.
    private const string Summed = """
        select unit, bool_or(to_at is null or to_at > @at) as is_in, null::bigint as source, null::bigint[] as path, null::timestamptz as from_at, null::timestamptz as to_at,
               nullif(min(coalesce(from_at, '-infinity')), '-infinity') as first_at
        from hits
        where (from_at is null or from_at <= @at) and unit & 1 = @half
        group by unit
        order by unit
        """;

    private const string Explained = """
        select distinct on (unit) unit, (to_at is null or to_at > @at) as is_in, source, path, from_at, to_at, null::timestamptz as first_at
        from hits
        where from_at is null or from_at <= @at
        order by unit, (to_at is null or to_at > @at) desc, from_at desc
        """;

    // On top of the hits: scope (unit, key, granularity, product, is_device, set, source, path, from_at, to_at, stage, hold, place, holder).
    // A part that is fitted in a device counts by its device; a loose one counts by itself.
    private static string Units(Criterion criterion, AsOf asOf, bool isSummed) => $"""
        {Hits(criterion, asOf)},
        met as materialized (
            {(isSummed ? Summed : Explained)}
        ),
        doubted (unit) as (
            select g.item from gap g where g.product = any(@suspects) and {LedgerQueries.Believed("g", "g.learned", asOf)}
            union
            select l.parent
            from doubted d
            join lateral (select * from link l where l.child = d.unit and l.nature in (1, 4) and l.parent_granularity = 3 and {LedgerQueries.Believed("l", "l.learned", asOf)} offset 0) l on true
            where (l.from_at is null or l.from_at <= @at) and (l.to_at is null or l.to_at > @at)
        ),
        found as (
            select unit, is_in, source, path, from_at, to_at, first_at, false as is_doubted from met
            union all
            select unit, true, null, null, null, null, null, true from doubted d where {(isSummed ? "unit & 1 = @half and " : "")}not exists (select 1 from met where met.unit = d.unit)
        ),
        scope as (
            select f.unit, i.key, i.granularity, i.product, not coalesce(i.product = any(@parts), false) as is_device,
                   case when f.is_in and s.stage <> all(@ends) then case when f.is_doubted then 2 else 0 end else 1 end as set,
                   f.source, f.path, f.from_at, f.to_at, s.stage, s.hold, s.place, s.holder, f.first_at
            from found f
            join item i on i.id = f.unit
            join lateral {LedgerQueries.LastStep("f.unit", asOf)} s on true
            where (not coalesce(i.product = any(@parts), false) or s.stage <> {(int)Stage.Fitted})
              and not (f.is_doubted and s.stage = any(@ends))
        )
        """;

    /// <summary>The items that a hold catches when it is told: all that meet it at that moment or later.</summary>
    internal static List<long> CaughtBy(NpgsqlConnection connection, Draft draft)
    {
        var fact = draft.Fact;
        var named = fact.Items.Select(q => q.Item);
        var criterion = new Criterion(
            [.. (fact.Criterion?.Lots ?? []), .. named.Where(i => i.Granularity == Granularity.Lot)],
            [.. (fact.Criterion?.Serials ?? []), .. named.Where(i => i.Granularity == Granularity.Unit)],
            fact.Criterion?.Products ?? [], fact.Criterion?.MadeFrom, fact.Criterion?.MadeUntil, fact.Criterion?.Suppliers ?? []);
        using var command = new NpgsqlCommand($"""
            {Hits(criterion, AsOf.Now)}
            select distinct unit from hits where to_at is null or to_at > @placed
            union
            select id from lots
            order by 1
            """, connection);
        Fill(command, criterion, AsOf.Now);
        command.Parameters.AddWithValue("placed", NpgsqlDbType.TimestampTz, Rows.Timestamp(draft.Sequence.Happened));
        using var row = command.ExecuteReader();
        var caught = new List<long>();
        while (row.Read())
        {
            caught.Add(row.GetInt64(0));
        }

        return caught;
    }

    /// <summary>
    /// Common table expressions that end in <c>lots (id)</c> and <c>hits (unit, from_at, to_at, path, source)</c>: one row for each path
    /// by which a unit is meant, with the interval during which the path held and the links that make it.
    /// </summary>
    /// <remarks>
    /// The laterals with <c>offset 0</c> keep the planner on index look-ups: an estimate that is off by a thousand would
    /// otherwise make it hash the whole table of links for a handful of lots.
    /// </remarks>
    internal static string Hits(Criterion criterion, AsOf asOf) => $"""
        with recursive
        seed_lots (id) as (
            {SeedLots(criterion, asOf)}
        ),
        lots (id) as (
            select id from seed_lots
            union
            select l.parent from lots join lateral (select * from link l where l.child = lots.id and l.nature = 4 and l.parent_granularity = 2 and {LedgerQueries.Believed("l", "l.learned", asOf)} offset 0) l on true
        ),
        seed_units (id) as (
            {SeedUnits(criterion, asOf)}
        ),
        climb (unit, from_at, to_at, path, source) as (
            select id, null::timestamptz, null::timestamptz, '{"{}"}'::bigint[], id from seed_units
            union all
            select l.parent, greatest(c.from_at, l.from_at), least(c.to_at, l.to_at), c.path || l.id, c.source
            from climb c
            join lateral (select * from link l where l.child = c.unit and l.nature in (1, 4) and l.parent_granularity = 3 and {LedgerQueries.Believed("l", "l.learned", asOf)} offset 0) l on true
            where l.id <> all(c.path) and cardinality(c.path) < {DepthMax}
              and coalesce(greatest(c.from_at, l.from_at) < least(c.to_at, l.to_at), true)
        ),
        hits (unit, from_at, to_at, path, source) as (
            select l.parent, l.from_at, l.to_at, array[l.id], l.child
            from lots join lateral (select * from link l where l.child = lots.id and l.nature <> 2 and l.parent_granularity = 3 and {LedgerQueries.Believed("l", "l.learned", asOf)} offset 0) l on true
            union all
            select r.unit, r.from_at, r.to_at, r.path, r.lot
            from lots join lateral (select * from reach r where r.lot = lots.id and {LedgerQueries.Believed("r", "r.learned", asOf)} offset 0) r on true
            union all
            select unit, from_at, to_at, path, source from climb
        )
        """;

    // Only what the criterion has is asked for. The planner takes a range of keys for a share of the whole table, and sizes the hash
    // tables of the recursion by that: a branch that finds nothing cost 54 ms at a million entries, and more with every entry.
    private static string SeedLots(Criterion criterion, AsOf asOf) => Union(
        (criterion.Lots.Count > 0, "select id from item where key = any(@lots)"),
        (criterion.Suppliers.Count > 0, $"select s.lot from supply s join subject p on p.number = s.party where p.key = any(@suppliers) and {LedgerQueries.Believed("s", "s.position", asOf)}"),
        (criterion.Suppliers.Count > 0, "select i.id from unnest(@supplied) p (key) join item i on i.key >= p.key || '/10/' and i.key < p.key || '/100'"));

    private static string SeedUnits(Criterion criterion, AsOf asOf) => Union(
        (criterion.Serials.Count > 0, "select id from item where key = any(@serials)"),
        (criterion.Products.Count > 0 && IsDated(criterion), $"""
            select m.item from step m join subject p on p.number = m.made
            where p.key = any(@products) and m.happened >= @made_from and m.happened < @made_until and {LedgerQueries.Believed("m", "coalesce(m.learned, m.position)", asOf)}
            """),
        (criterion.Products.Count > 0 && !IsDated(criterion), "select i.id from unnest(@products) p (key) join item i on i.key >= p.key || '/21/' and i.key < p.key || '/210'"));

    private static string Union(params IEnumerable<(bool IsAsked, string Sql)> parts) =>
        string.Join("\nunion\n", parts.Where(p => p.IsAsked).Select(p => p.Sql).DefaultIfEmpty("select null::bigint where false"));

    private static bool IsDated(Criterion criterion) => criterion.MadeFrom is not null || criterion.MadeUntil is not null;

    /// <summary>Fills in what <see cref="Hits"/> asks for.</summary>
    internal static void Fill(NpgsqlCommand command, Criterion criterion, AsOf asOf)
    {
        string[] Keys(IReadOnlyList<Identity> identities) => [.. identities.Select(i => i.Text)];
        command.Parameters.AddWithValue("lots", Keys(criterion.Lots));
        command.Parameters.AddWithValue("serials", Keys(criterion.Serials));
        command.Parameters.AddWithValue("products", Keys(criterion.Products));
        command.Parameters.AddWithValue("suppliers", Keys(criterion.Suppliers));
        command.Parameters.AddWithValue("supplied", SuppliedProducts(command.Connection!, criterion.Suppliers));
        command.Parameters.AddWithValue("made_from", NpgsqlDbType.TimestampTz, criterion.MadeFrom is { } from ? Rows.Timestamp(from.Microseconds) : DateTime.MinValue.ToUniversalTime());
        command.Parameters.AddWithValue("made_until", NpgsqlDbType.TimestampTz, criterion.MadeUntil is { } until ? Rows.Timestamp(until.Microseconds) : DateTime.MaxValue.ToUniversalTime());
        LedgerQueries.Fill(command, asOf);
    }

    private static void Fill(NpgsqlCommand command, Criterion criterion, AsOf asOf, Register register)
    {
        Fill(command, criterion, asOf);
        command.Parameters.AddWithValue("at", NpgsqlDbType.TimestampTz, asOf.Happened is { } happened ? Rows.Timestamp(happened.Microseconds) : DateTime.MaxValue.ToUniversalTime());
        command.Parameters.AddWithValue("ends", Ends);
        command.Parameters.AddWithValue("parts", register.Products.Where(p => p.Description is { IsDevice: false }).Select(p => p.Number).ToArray());
        command.Parameters.AddWithValue("suspects", Suspects(criterion, register));
    }

    // Numbers of the sought components' products, and of all products that must contain one of them, through any depth.
    private static int[] Suspects(Criterion criterion, Register register)
    {
        var sought = criterion.Lots.Concat(criterion.Serials).Select(i => i.Product)
            .Concat(register.Products.Where(p => p.Description?.Maker is { } maker && criterion.Suppliers.Contains(maker)).Select(p => p.Identity.Text))
            .ToHashSet(StringComparer.Ordinal);
        for (var before = 0; before < sought.Count;)
        {
            before = sought.Count;
            sought.UnionWith(register.Products.Where(p => p.Versions.Any(v => v.Description.Components.Any(c => sought.Contains(c.Text)))).Select(p => p.Identity.Text));
        }

        return [.. register.Products.Where(p => sought.Contains(p.Identity.Text)).Select(p => p.Number)];
    }

    private static async Task<long> Size(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select size from head where ledger = 1", connection);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static Place? PlaceOf(NpgsqlDataReader row, int column, Register register) => row.IntOrNull(column) is { } place ? register.PlaceOf(place) : null;

    private static Party? PartyOf(NpgsqlDataReader row, int column, Register register) => row.IntOrNull(column) is { } party ? register.PartyOf(party) : null;

    // Products whose description names one of these suppliers as maker: their lots are its lots.
    private static string[] SuppliedProducts(NpgsqlConnection connection, IReadOnlyList<Identity> suppliers)
    {
        if (suppliers.Count == 0)
        {
            return [];
        }

        var register = RegisterView.Restore(connection);
        return [.. register.Products.Where(p => p.Description?.Maker is { } maker && suppliers.Contains(maker)).Select(p => p.Identity.Text)];
    }
}
