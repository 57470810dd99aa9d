using Clew.Capture;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;
using Clew.Server.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Recall;

/// <summary>Which units a criterion reaches: by what they are, and by what is or was in them, through any depth.</summary>
internal static class ScopeQueries
{
    /// <summary>How deep a climb goes. Deeper than any device; a cycle that was reported ends here.</summary>
    private const int DepthMax = 32;

    /// <summary>The items that a hold catches when it is told: all that meet it at that moment or later.</summary>
    public static List<long> CaughtBy(NpgsqlConnection connection, Draft draft)
    {
        var fact = draft.Fact;
        var named = fact.Items.Select(q => q.Item);
        var criterion = new Criterion(
            [.. (fact.Criterion?.Lots ?? []), .. named.Where(i => i.Granularity == Granularity.Lot)],
            [.. (fact.Criterion?.Serials ?? []), .. named.Where(i => i.Granularity == Granularity.Unit)],
            fact.Criterion?.Products ?? [], fact.Criterion?.MadeFrom, fact.Criterion?.MadeUntil, fact.Criterion?.Suppliers ?? []);
        using var command = new NpgsqlCommand($"""
            {Hits(AsOf.Now)}
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
    public static string Hits(AsOf asOf) => $"""
        with recursive
        seed_lots (id) as (
            select id from item where key = any(@lots)
            union
            select s.lot from supply s join subject p on p.number = s.party where p.key = any(@suppliers) and {Believed("s", "s.position", asOf)}
            union
            select i.id from unnest(@supplied) p (key) join item i on i.key >= p.key || '/10/' and i.key < p.key || '/100'
        ),
        lots (id) as (
            select id from seed_lots
            union
            select l.parent from lots join lateral (select * from link l where l.child = lots.id and l.nature = 4 and l.parent_granularity = 2 and {Believed("l", "l.learned", asOf)} offset 0) l on true
        ),
        seed_units (id) as (
            select id from item where key = any(@serials)
            union
            select m.item from made m join subject p on p.number = m.product
            where p.key = any(@products) and @dated and m.happened >= @made_from and m.happened < @made_until and {Believed("m", "m.position", asOf)}
            union
            select i.id from unnest(@products) p (key) join item i on i.key >= p.key || '/21/' and i.key < p.key || '/210' where not @dated
        ),
        climb (unit, from_at, to_at, path, source) as (
            select id, null::timestamptz, null::timestamptz, '{"{}"}'::bigint[], id from seed_units
            union all
            select l.parent, greatest(c.from_at, l.from_at), least(c.to_at, l.to_at), c.path || l.id, c.source
            from climb c
            join lateral (select * from link l where l.child = c.unit and l.nature in (1, 4) and l.parent_granularity = 3 and {Believed("l", "l.learned", asOf)} offset 0) l on true
            where l.id <> all(c.path) and cardinality(c.path) < {DepthMax}
              and coalesce(greatest(c.from_at, l.from_at) < least(c.to_at, l.to_at), true)
        ),
        hits (unit, from_at, to_at, path, source) as (
            select l.parent, l.from_at, l.to_at, array[l.id], l.child
            from lots join lateral (select * from link l where l.child = lots.id and l.nature <> 2 and l.parent_granularity = 3 and {Believed("l", "l.learned", asOf)} offset 0) l on true
            union all
            select r.unit, r.from_at, r.to_at, r.path, r.lot
            from lots join lateral (select * from reach r where r.lot = lots.id and {Believed("r", "r.learned", asOf)} offset 0) r on true
            union all
            select unit, from_at, to_at, path, source from climb
        )
        """;

    /// <summary>Whether a row of interval (learned, unlearned) is what we believed then.</summary>
    public static string Believed(string table, string learned, AsOf asOf) =>
        asOf.Known is null ? $"{table}.unlearned is null" : $"{learned} <= @known and ({table}.unlearned is null or {table}.unlearned > @known)";

    /// <summary>Fills in what <see cref="Hits"/> asks for.</summary>
    public static void Fill(NpgsqlCommand command, Criterion criterion, AsOf asOf)
    {
        string[] Keys(IReadOnlyList<Identity> identities) => [.. identities.Select(i => i.Text)];
        command.Parameters.AddWithValue("lots", Keys(criterion.Lots));
        command.Parameters.AddWithValue("serials", Keys(criterion.Serials));
        command.Parameters.AddWithValue("products", Keys(criterion.Products));
        command.Parameters.AddWithValue("suppliers", Keys(criterion.Suppliers));
        command.Parameters.AddWithValue("supplied", SuppliedProducts(command.Connection!, criterion.Suppliers));
        command.Parameters.AddWithValue("dated", criterion.MadeFrom is not null || criterion.MadeUntil is not null);
        command.Parameters.AddWithValue("made_from", NpgsqlDbType.TimestampTz, criterion.MadeFrom is { } from ? Rows.Timestamp(from.Microseconds) : DateTime.MinValue.ToUniversalTime());
        command.Parameters.AddWithValue("made_until", NpgsqlDbType.TimestampTz, criterion.MadeUntil is { } until ? Rows.Timestamp(until.Microseconds) : DateTime.MaxValue.ToUniversalTime());
        if (asOf.Known is { } known)
        {
            command.Parameters.AddWithValue("known", known);
        }
    }

    // Products whose description names one of these suppliers as maker: their lots are its lots.
    private static string[] SuppliedProducts(NpgsqlConnection connection, IReadOnlyList<Identity> suppliers)
    {
        if (suppliers.Count == 0)
        {
            return [];
        }

        var register = MasterData.RegisterView.Restore(connection);
        return [.. register.Products.Where(p => p.Description?.Maker is { } maker && suppliers.Contains(maker)).Select(p => p.Identity.Text)];
    }
}
