using Clew.Ledger;

namespace Clew.Genealogy;

/// <summary>
/// A lot reaches a unit by way of other units: lot in battery pack in pump. One row for each path, so that it opens and closes
/// with its links and tells why a unit is in a recall. A lot directly in a unit is a <see cref="Link"/> and needs no such row.
/// </summary>
/// <param name="From">From when all links of the path held together.</param>
/// <param name="To">Until when.</param>
/// <param name="Learned">The position from which we believed it.</param>
/// <param name="Path">Ids of the links, from the lot upward.</param>
public sealed record Reach(long Lot, long Unit, Sequence? From, Sequence? To, long Learned, long[] Path)
{
    /// <summary>
    /// What a new link opens: every lot below its child reaches every unit above its parent, for as long as the whole path holds.
    /// </summary>
    /// <param name="link">The new link; one of its ends may be deep in a tree.</param>
    /// <param name="partsOf">The stays in a unit that are held true now.</param>
    /// <param name="wholesOf">A unit's stays in others that are held true now.</param>
    public static List<Reach> OpenedBy(Link link, Func<long, IReadOnlyList<Link>> partsOf, Func<long, IReadOnlyList<Link>> wholesOf)
    {
        var reaches = new List<Reach>();
        if (link.ParentGranularity != Identification.Granularity.Unit)
        {
            return reaches;
        }

        var below = new List<Link[]>();
        Down([link], partsOf, below);
        foreach (var path in below)
        {
            Up(path, wholesOf, reaches, link.Learned);
        }

        return reaches;
    }

    // Paths that end in a lot, the lot's link first.
    private static void Down(Link[] path, Func<long, IReadOnlyList<Link>> partsOf, List<Link[]> found)
    {
        var lowest = path[0];
        if (lowest.ChildGranularity == Identification.Granularity.Lot)
        {
            found.Add(path);
            return;
        }

        foreach (var part in partsOf(lowest.Child))
        {
            // A cycle was refused or marked when it was written; here it only must not trap us.
            if (part.Nature != Nature.Packed && !Array.Exists(path, l => l.Parent == part.Child || l.Child == part.Child))
            {
                Down([part, .. path], partsOf, found);
            }
        }
    }

    private static void Up(Link[] path, Func<long, IReadOnlyList<Link>> wholesOf, List<Reach> found, long learned)
    {
        if (path.Length > 1)
        {
            Sequence? from = null, to = null;
            foreach (var link in path)
            {
                from = link.From is { } begun && (from is null || begun > from) ? begun : from;
                to = link.To is { } ended && (to is null || ended < to) ? ended : to;
            }

            if (from is { } f && to is { } t && f >= t)
            {
                return;
            }

            found.Add(new Reach(path[0].Child, path[^1].Parent, from, to, learned, Array.ConvertAll(path, l => l.Id)));
        }

        foreach (var whole in wholesOf(path[^1].Parent))
        {
            if (whole.Nature != Nature.Packed && whole.ParentGranularity == Identification.Granularity.Unit && !Array.Exists(path, l => l.Child == whole.Parent || l.Parent == whole.Parent))
            {
                Up([.. path, whole], wholesOf, found, learned);
            }
        }
    }
}
