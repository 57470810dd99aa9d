using Clew.Capture;
using Clew.Server.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Genealogy;

/// <summary>Writes stays, reaches, gaps, quantities and supplies.</summary>
internal static class LinkView
{
    /// <summary>The tables that this view owns.</summary>
    public static readonly string[] Tables = ["link", "reach", "gap", "quantity", "supply"];

    /// <summary>Adds what was told, then ends what no longer holds.</summary>
    public static void Write(NpgsqlConnection connection, Changes changes)
    {
        Links(connection, changes);
        Reaches(connection, changes);
        Gaps(connection, changes);
        Quantities(connection, changes);
        Supplies(connection, changes);
        End(connection, changes);
    }

    private static void Links(NpgsqlConnection connection, Changes changes)
    {
        if (changes.Links.Count == 0)
        {
            return;
        }

        using var copy = connection.BeginBinaryImport(
            "copy link (id, child, parent, from_at, from_tie, to_at, to_tie, fitted, removed, learned, child_product, irregular, nature, child_granularity, parent_granularity, quantity) from stdin (format binary)");
        foreach (var link in changes.Links)
        {
            copy.StartRow();
            copy.Write(link.Id, NpgsqlDbType.Bigint);
            copy.Write(link.Child, NpgsqlDbType.Bigint);
            copy.Write(link.Parent, NpgsqlDbType.Bigint);
            copy.WriteSequence(link.From);
            copy.WriteSequence(link.To);
            copy.WriteLong(link.Fitted);
            copy.WriteLong(link.Removed);
            copy.Write(link.Learned, NpgsqlDbType.Bigint);
            copy.Write(link.ChildProduct, NpgsqlDbType.Integer);
            copy.Write((int)link.Irregular, NpgsqlDbType.Integer);
            copy.WriteShort((int)link.Nature);
            copy.WriteShort((int)link.ChildGranularity);
            copy.WriteShort((int)link.ParentGranularity);
            if (link.Quantity is { } quantity)
            {
                copy.Write(quantity, NpgsqlDbType.Numeric);
            }
            else
            {
                copy.WriteNull();
            }
        }

        copy.Complete();
    }

    private static void Reaches(NpgsqlConnection connection, Changes changes)
    {
        if (changes.Reaches.Count == 0)
        {
            return;
        }

        using var copy = connection.BeginBinaryImport("copy reach (lot, unit, from_at, to_at, learned, path) from stdin (format binary)");
        foreach (var reach in changes.Reaches)
        {
            copy.StartRow();
            copy.Write(reach.Lot, NpgsqlDbType.Bigint);
            copy.Write(reach.Unit, NpgsqlDbType.Bigint);
            Time(copy, reach.From?.Happened);
            Time(copy, reach.To?.Happened);
            copy.Write(reach.Learned, NpgsqlDbType.Bigint);
            copy.Write(reach.Path, NpgsqlDbType.Array | NpgsqlDbType.Bigint);
        }

        copy.Complete();
    }

    private static void Time(NpgsqlBinaryImporter copy, long? micros)
    {
        if (micros is { } known)
        {
            copy.WriteTime(known);
        }
        else
        {
            copy.WriteNull();
        }
    }

    private static void Gaps(NpgsqlConnection connection, Changes changes)
    {
        if (changes.Gaps.Count > 0)
        {
            connection.Execute("insert into gap (item, product, learned) select * from unnest($1, $2, $3)",
                Rows.Of(changes.Gaps.ConvertAll(g => g.Item.Id).ToArray()), Rows.Of(changes.Gaps.ConvertAll(g => g.Product).ToArray()), Rows.Of(changes.Gaps.ConvertAll(g => g.Learned).ToArray()));
        }

        if (changes.GapsEnded.Count > 0)
        {
            // A gap may open, close and open again in one batch: each row is ended by the first end behind it.
            connection.Execute("""
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

    private static void Quantities(NpgsqlConnection connection, Changes changes)
    {
        if (changes.Quantities.Count == 0)
        {
            return;
        }

        using var copy = connection.BeginBinaryImport("copy quantity (lot, place, delta, happened, position, kind) from stdin (format binary)");
        foreach (var (lot, place, delta, what) in changes.Quantities)
        {
            copy.StartRow();
            copy.Write(lot.Id, NpgsqlDbType.Bigint);
            copy.WriteInt(place?.Number);
            copy.Write(delta, NpgsqlDbType.Numeric);
            copy.WriteTime(what.Sequence.Happened);
            copy.Write(what.Position, NpgsqlDbType.Bigint);
            copy.WriteShort(what.Fact.Kind.Number);
        }

        copy.Complete();
    }

    private static void Supplies(NpgsqlConnection connection, Changes changes)
    {
        if (changes.Supplies.Count > 0)
        {
            connection.Execute("insert into supply (party, lot, position) select * from unnest($1, $2, $3)",
                Rows.Of(changes.Supplies.ConvertAll(s => s.Supplier.Number).ToArray()), Rows.Of(changes.Supplies.ConvertAll(s => s.Lot.Id).ToArray()), Rows.Of(changes.Supplies.ConvertAll(s => s.Position).ToArray()));
        }
    }

    private static void End(NpgsqlConnection connection, Changes changes)
    {
        if (changes.LinksEnded.Count > 0)
        {
            connection.Execute("update link l set unlearned = e.unlearned from unnest($1, $2) e (id, unlearned) where l.id = e.id",
                Rows.Of(changes.LinksEnded.ConvertAll(e => e.Link).ToArray()), Rows.Of(changes.LinksEnded.ConvertAll(e => e.Unlearned).ToArray()));
        }

        foreach (var (link, units, unlearned) in changes.ReachesEnded)
        {
            connection.Execute("update reach set unlearned = $3 where unit = any($1) and $2 = any(path) and unlearned is null", Rows.Of(units), Rows.Of(link), Rows.Of(unlearned));
        }

        if (changes.Voided.Count > 0)
        {
            foreach (var table in (string[])["quantity", "supply"])
            {
                connection.Execute($"update {table} t set unlearned = v.unlearned from unnest($1, $2, $3) v (item, position, unlearned) where t.lot = v.item and t.position = v.position and t.unlearned is null",
                    Rows.Of(changes.Voided.ConvertAll(v => v.Item.Id).ToArray()), Rows.Of(changes.Voided.ConvertAll(v => v.Position).ToArray()), Rows.Of(changes.Voided.ConvertAll(v => v.Unlearned).ToArray()));
            }
        }
    }
}
