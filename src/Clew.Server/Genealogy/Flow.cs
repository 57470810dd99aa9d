namespace Clew.Server.Genealogy;

/// <summary>A box of a flow: so many units are in it, or come through it.</summary>
/// <param name="Key">Names it among the boxes.</param>
/// <param name="Column">From the left, from 0.</param>
/// <param name="Kind">How it is coloured: now, before, unclear, place, or nothing.</param>
public sealed record FlowBox(string Key, int Column, string Label, string? Address, string Kind);

/// <summary>So many units go from one box to another.</summary>
public sealed record FlowBand(string From, string To, long Units, string Kind);

/// <summary>A box with its place in the picture.</summary>
public sealed record PlacedBox(FlowBox Box, long Units, double X, double Y, double Height);

/// <summary>A band with its curve, from the right edge of one box to the left edge of the other.</summary>
public sealed record PlacedBand(FlowBand Band, double X1, double Y1, double X2, double Y2, double Width);

/// <summary>A picture of how units spread: from a lot by way of what it was built into to where that is. Widths are counts.</summary>
public sealed record Flow(IReadOnlyList<PlacedBox> Boxes, IReadOnlyList<PlacedBand> Bands, double Width, double Height)
{
    /// <summary>Width of every box.</summary>
    public const double BoxWidth = 178;

    private const double Between = 84;
    private const double Gap = 10;

    // A box must hold a line of text, a band must be seen, however few units they are.
    private const double BoxMin = 24;
    private const double BandMin = 1.5;

    /// <summary>Lays out boxes in their columns, in the order in which they are given.</summary>
    /// <param name="tall">How high a column is to be where the texts allow it.</param>
    public static Flow Of(IReadOnlyList<FlowBox> boxes, IReadOnlyList<FlowBand> bands, double tall)
    {
        var comes = bands.GroupBy(b => b.To, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(b => b.Units), StringComparer.Ordinal);
        var goes = bands.GroupBy(b => b.From, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(b => b.Units), StringComparer.Ordinal);
        long Units(FlowBox box) => Math.Max(comes.GetValueOrDefault(box.Key), goes.GetValueOrDefault(box.Key));

        var columns = boxes.GroupBy(b => b.Column).OrderBy(g => g.Key).ToList();
        var most = Math.Max(1, columns.Select(c => c.Sum(Units)).DefaultIfEmpty(1).Max());
        var scale = tall / most;
        var placed = new Dictionary<string, PlacedBox>(StringComparer.Ordinal);
        var height = columns.Select(c => c.Sum(b => Math.Max(BoxMin, Units(b) * scale) + Gap) - Gap).DefaultIfEmpty(0).Max();
        foreach (var column in columns)
        {
            var y = (height - (column.Sum(b => Math.Max(BoxMin, Units(b) * scale) + Gap) - Gap)) / 2;
            foreach (var box in column)
            {
                var tallness = Math.Max(BoxMin, Units(box) * scale);
                placed[box.Key] = new PlacedBox(box, Units(box), box.Column * (BoxWidth + Between), y, tallness);
                y += tallness + Gap;
            }
        }

        // Bands leave and reach a box one below the other, in the order of the boxes at their other ends, so that few cross.
        var (left, right) = (new Dictionary<string, double>(StringComparer.Ordinal), new Dictionary<string, double>(StringComparer.Ordinal));
        var y1 = new Dictionary<FlowBand, double>();
        foreach (var band in bands.OrderBy(b => placed[b.To].Y))
        {
            y1[band] = Stack(right, placed[band.From], goes[band.From], band.Units);
        }

        var curves = bands.OrderBy(b => placed[b.From].Y).Select(band => new PlacedBand(
            band, placed[band.From].X + BoxWidth, y1[band], placed[band.To].X, Stack(left, placed[band.To], comes[band.To], band.Units), Math.Max(BandMin, band.Units * scale))).ToList();
        return new Flow([.. placed.Values], curves, (columns.Count * (BoxWidth + Between)) - Between, height);

        double Stack(Dictionary<string, double> used, PlacedBox box, long all, long units)
        {
            var share = box.Height * units / all;
            var from = used.GetValueOrDefault(box.Box.Key);
            used[box.Box.Key] = from + share;
            return box.Y + from + (share / 2);
        }
    }
}
