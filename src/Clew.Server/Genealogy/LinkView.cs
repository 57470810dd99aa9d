using Clew.Capture;
using Clew.Server.Ledger;

namespace Clew.Server.Genealogy;

/// <summary>Writes stays, reaches, gaps, quantities and supplies.</summary>
internal static class LinkView
{
    /// <summary>The tables that this view owns.</summary>
    public static readonly string[] Tables = ["link", "reach", "gap", "quantity", "supply"];

    /// <summary>Adds what was told, then ends what no longer holds.</summary>
    public static void Write(Writes writes, Changes changes)
    {
        Links(writes, changes);
        Reaches(writes, changes);
        Gaps(writes, changes);
        Quantities(writes, changes);
        Supplies(writes, changes);
        End(writes, changes);
    }

    private static void Links(Writes writes, Changes changes)
    {
        if (changes.Links.Count == 0)
        {
            return;
        }

        var rows = writes.To("link", "id bigint", "child bigint", "parent bigint", "from_at timestamptz", "from_tie bigint", "to_at timestamptz", "to_tie bigint", "fitted bigint", "removed bigint",
            "learned bigint", "child_product integer", "irregular integer", "nature smallint", "child_granularity smallint", "parent_granularity smallint", "quantity numeric");
        foreach (var link in changes.Links)
        {
            rows.Row().Long(link.Id).Long(link.Child).Long(link.Parent).Sequence(link.From).Sequence(link.To).Long(link.Fitted).Long(link.Removed)
                .Long(link.Learned).Int(link.ChildProduct).Int((int)link.Irregular).Short((int)link.Nature).Short((int)link.ChildGranularity).Short((int)link.ParentGranularity).Numeric(link.Quantity);
        }
    }

    private static void Reaches(Writes writes, Changes changes)
    {
        if (changes.Reaches.Count == 0)
        {
            return;
        }

        var rows = writes.To("reach", "lot bigint", "unit bigint", "from_at timestamptz", "to_at timestamptz", "learned bigint", "path bigint[]");
        foreach (var reach in changes.Reaches)
        {
            rows.Row().Long(reach.Lot).Long(reach.Unit).Time(reach.From?.Happened).Time(reach.To?.Happened).Long(reach.Learned).Longs(reach.Path);
        }
    }

    private static void Gaps(Writes writes, Changes changes)
    {
        if (changes.Gaps.Count > 0)
        {
            var rows = writes.To("gap", "item bigint", "product integer", "learned bigint");
            foreach (var (item, product, learned) in changes.Gaps)
            {
                rows.Row().Long(item.Id).Int(product).Long(learned);
            }
        }

        if (changes.GapsEnded.Count > 0)
        {
            // A gap may open, close and open again in one batch: each row is ended by the first end behind it.
            writes.Then("""
                update gap g set unlearned = e.unlearned
                from (
                    select o.item, o.product, o.learned, min(e.unlearned) as unlearned
                    from unnest($1, $2, $3) e (item, product, unlearned)
                    join gap o on o.item = e.item and o.product = e.product and o.unlearned is null and o.learned < e.unlearned
                    group by 1, 2, 3
                ) e
                where g.item = e.item and g.product = e.product and g.learned = e.learned and g.unlearned is null
                """,
                Rows.Of(changes.GapsEnded.ConvertAll(g => g.Item.Id).ToArray()), Rows.Of(changes.GapsEnded.ConvertAll(g => g.Product).ToArray()), Rows.Of(changes.GapsEnded.ConvertAll(g => g.Unlearned).ToArray()));
        }
    }

    private static void Quantities(Writes writes, Changes changes)
    {
        if (changes.Quantities.Count == 0)
        {
            return;
        }

        var rows = writes.To("quantity", "lot bigint", "place integer", "delta numeric", "happened timestamptz", "position bigint", "kind smallint");
        foreach (var (lot, place, delta, what) in changes.Quantities)
        {
            rows.Row().Long(lot.Id).Int(place?.Number).Numeric(delta).Time(what.Sequence.Happened).Long(what.Position).Short(what.Fact.Kind.Number);
        }
    }

    private static void Supplies(Writes writes, Changes changes)
    {
        if (changes.Supplies.Count > 0)
        {
            var rows = writes.To("supply", "party integer", "lot bigint", "position bigint");
            foreach (var (lot, supplier, position) in changes.Supplies)
            {
                rows.Row().Int(supplier.Number).Long(lot.Id).Long(position);
            }
        }
    }

    private static void End(Writes writes, Changes changes)
    {
        if (changes.LinksEnded.Count > 0)
        {
            writes.Then("update link l set unlearned = e.unlearned from unnest($1, $2) e (id, unlearned) where l.id = e.id",
                Rows.Of(changes.LinksEnded.ConvertAll(e => e.Link).ToArray()), Rows.Of(changes.LinksEnded.ConvertAll(e => e.Unlearned).ToArray()));
        }

        foreach (var (link, units, unlearned) in changes.ReachesEnded)
        {
            writes.Then("update reach set unlearned = $3 where unit = any($1) and $2 = any(path) and unlearned is null", Rows.Of(units), Rows.Of(link), Rows.Of(unlearned));
        }

        if (changes.Voided.Count > 0)
        {
            foreach (var table in (string[])["quantity", "supply"])
            {
                writes.Then($"update {table} t set unlearned = v.unlearned from unnest($1, $2, $3) v (item, position, unlearned) where t.lot = v.item and t.position = v.position and t.unlearned is null",
                    Rows.Of(changes.Voided.ConvertAll(v => v.Item.Id).ToArray()), Rows.Of(changes.Voided.ConvertAll(v => v.Position).ToArray()), Rows.Of(changes.Voided.ConvertAll(v => v.Unlearned).ToArray()));
            }
        }
    }
}
