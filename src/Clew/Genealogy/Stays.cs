using Clew.Ledger;
using Clew.Lifecycle;

namespace Clew.Genealogy;

/// <summary>Something that was said about one item going into or out of another.</summary>
/// <param name="Parent">Into or out of what.</param>
/// <param name="IsIn">Went in; otherwise came out.</param>
/// <param name="Quantity">Of a lot.</param>
/// <param name="IsAll">Everything was taken out, whatever it was: says nothing of what was not inside.</param>
public readonly record struct Going(Sequence Sequence, long Position, long Parent, bool IsIn, decimal? Quantity, bool IsAll = false);

/// <summary>One told stay, before it has an id.</summary>
public readonly record struct Stay(long Parent, Sequence? From, Sequence? To, long? Fitted, long? Removed, decimal? Quantity, Irregularity Irregular);

/// <summary>
/// Folds what was said about one child into its stays. The order of hearing does not matter, and what came out without having
/// gone in is a stay whose beginning is not known: proof that it was there.
/// </summary>
public static class Stays
{
    /// <summary>
    /// The goings that these links were told from. A stay that ended because the child went elsewhere has no going of its own for the end.
    /// </summary>
    public static IEnumerable<Going> Said(IEnumerable<Link> links)
    {
        var all = links.ToList();
        var ins = all.Where(l => l.Fitted is not null)
            .GroupBy(l => (l.Parent, l.Fitted, l.From))
            .Select(g => new Going(g.Key.From!.Value, g.Key.Fitted!.Value, g.Key.Parent, true, Sum(g)));
        var outs = all.Where(l => l.Removed is not null)
            .GroupBy(l => (l.Parent, l.Removed, l.To))
            .Select(g => new Going(g.Key.To!.Value, g.Key.Removed!.Value, g.Key.Parent, false, Sum(g)));
        return ins.Concat(outs);
    }

    /// <summary>
    /// A component's stays in its wholes: first in, first out per whole. A serial fitted while it is still in another whole keeps both
    /// stays, marked: until somebody says which is wrong, a recall must count both.
    /// </summary>
    /// <param name="isUnit">A lot may be in many wholes at once; a unit may not.</param>
    public static List<Stay> Components(IEnumerable<Going> goings, bool isUnit)
    {
        var told = new List<Stay>();
        foreach (var whole in goings.GroupBy(g => g.Parent))
        {
            FirstInFirstOut(whole.Key, [.. whole.OrderBy(g => g.Sequence)], told);
        }

        if (!isUnit)
        {
            return told;
        }

        told.Sort((a, b) => Nullable.Compare(a.From, b.From));
        for (var i = 0; i < told.Count; i++)
        {
            var begun = told[i].From;
            var already = begun is not null && told.Exists(s => s.From is not null && s.From < begun && (s.To is null || s.To > begun));
            if (already)
            {
                told[i] = told[i] with { Irregular = told[i].Irregular | Irregularity.TwoWholes };
            }
        }

        return told;
    }

    /// <summary>An item's stays in containers: it is in one at a time, so that being packed elsewhere takes it out.</summary>
    public static List<Stay> Packings(IEnumerable<Going> goings)
    {
        var told = new List<Stay>();
        Stay? open = null;
        foreach (var going in goings.OrderBy(g => g.Sequence))
        {
            if (going.IsIn)
            {
                if (open is { } left)
                {
                    told.Add(left with { To = going.Sequence });
                }

                open = new Stay(going.Parent, going.Sequence, null, going.Position, null, going.Quantity, Irregularity.None);
            }
            else if (open is { } inside && inside.Parent == going.Parent)
            {
                told.Add(inside with { To = going.Sequence, Removed = going.Position });
                open = null;
            }
            else if (!going.IsAll)
            {
                told.Add(new Stay(going.Parent, null, going.Sequence, null, going.Position, going.Quantity, Irregularity.NotInside));
            }
        }

        if (open is { } still)
        {
            told.Add(still);
        }

        return told;
    }

    private static void FirstInFirstOut(long whole, Going[] goings, List<Stay> told)
    {
        var inside = new LinkedList<Stay>();
        foreach (var going in goings)
        {
            if (going.IsIn)
            {
                inside.AddLast(new Stay(whole, going.Sequence, null, going.Position, null, going.Quantity, Irregularity.None));
                continue;
            }

            var left = going.Quantity ?? 1;
            while (left > 0 && inside.First is { } first)
            {
                var stay = first.Value;
                var there = stay.Quantity ?? 1;
                var taken = Math.Min(left, there);
                inside.RemoveFirst();
                told.Add(stay with { To = going.Sequence, Removed = going.Position, Quantity = stay.Quantity is null ? null : taken });
                if (there > taken)
                {
                    inside.AddFirst(stay with { Quantity = there - taken });
                }

                left -= taken;
            }

            if (left > 0 && !going.IsAll)
            {
                told.Add(new Stay(whole, null, going.Sequence, null, going.Position, going.Quantity is null ? null : left, Irregularity.NotInside));
            }
        }

        told.AddRange(inside);
    }

    private static decimal? Sum(IEnumerable<Link> links)
    {
        decimal? sum = null;
        foreach (var link in links)
        {
            sum = link.Quantity is { } quantity ? (sum ?? 0) + quantity : sum;
        }

        return sum;
    }
}
