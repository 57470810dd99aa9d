using System.Globalization;
using Clew.Lifecycle;
using Clew.Server.Genealogy;
using Clew.Server.Lifecycle;
using Clew.Server.Web;

namespace Clew.Server.Recall;

/// <summary>A scope as a flow: unit by unit while they are few, by set, stage and place when they are many.</summary>
public static class ScopeFlow
{
    /// <summary>Up to so many, every unit has a box of its own.</summary>
    public const int UnitsMax = 40;

    // Boxes in the column of places; the rest is one box.
    private const int PlacesMax = 12;
    private const double TallUsual = 440;
    private const double TallUnit = 22;

    /// <summary>Which colour a set has.</summary>
    public static string Kind(ScopeSet set) => set switch { ScopeSet.Now => "now", ScopeSet.Before => "before", _ => "unclear" };

    /// <summary>By set, stage and place.</summary>
    public static Flow Of(ScopeSummary summary, string sought)
    {
        // Devices, as the sets count them; parts only when they are all there is.
        var counts = summary.Counts.Any(c => c.IsDevice) ? summary.Counts.Where(c => c.IsDevice).ToList() : summary.Counts;
        var boxes = new List<FlowBox> { new("source", 0, sought, null, "") };
        var bands = new List<FlowBand>();
        foreach (var set in counts.GroupBy(c => c.Set).OrderBy(g => Rank(g.Key)))
        {
            boxes.Add(new FlowBox("set" + set.Key, 1, Words.Of(set.Key), null, Kind(set.Key)));
            bands.Add(new FlowBand("source", "set" + set.Key, set.Sum(c => c.Units), Kind(set.Key)));
        }

        foreach (var stage in counts.GroupBy(c => c.Stage).OrderByDescending(g => g.Sum(c => c.Units)))
        {
            boxes.Add(new FlowBox("stage" + stage.Key, 2, Said.Name(stage.Key), null, ""));
            bands.AddRange(stage.GroupBy(c => c.Set).Select(g => new FlowBand("set" + g.Key, "stage" + stage.Key, g.Sum(c => c.Units), Kind(g.Key))));
        }

        var places = counts.GroupBy(c => c.Place?.Number ?? 0).OrderByDescending(g => g.Sum(c => c.Units)).ToList();
        var shown = places.Count <= PlacesMax ? places.Count : PlacesMax - 1;
        for (var i = 0; i < places.Count; i++)
        {
            var key = i < shown ? "place" + places[i].Key.ToString(CultureInfo.InvariantCulture) : "others";
            if (i <= shown)
            {
                boxes.Add(new FlowBox(key, 3, i == shown ? Words.OtherPlaces.With(places.Count - shown) : places[i].First().Place is { } place ? Said.Name(place) : Words.NotSaid, null, "place"));
            }
        }

        var order = places.Select((p, i) => (p.Key, To: i < shown ? "place" + p.Key.ToString(CultureInfo.InvariantCulture) : "others")).ToDictionary(p => p.Key, p => p.To);
        bands.AddRange(counts.GroupBy(c => (From: "stage" + c.Stage, To: order[c.Place?.Number ?? 0])).Select(g => new FlowBand(g.Key.From, g.Key.To, g.Sum(c => c.Units), "")));
        return Flow.Of(boxes, bands, TallUsual);
    }

    /// <summary>Unit by unit, each by its path.</summary>
    public static Flow Of(IReadOnlyList<ScopeUnit> units, IReadOnlyDictionary<long, PathStep> steps, string sought)
    {
        var boxes = new Dictionary<string, FlowBox>(StringComparer.Ordinal);
        var bands = new Dictionary<(string, string, string), long>();
        var depth = Math.Max(1, units.Max(u => u.Path.Count));
        foreach (var unit in units.OrderBy(u => Rank(u.Set)).ThenBy(u => u.Place?.Number ?? 0).ThenBy(u => u.Id))
        {
            var kind = Kind(unit.Set);
            var last = Box(unit.Source?.Text ?? "", 0, unit.Source is { } source ? Said.Short(source) : unit.Set == ScopeSet.Unclear ? Words.NotReportedPart : sought, unit.Source is { } s ? Said.Address(s) : null, unit.Source is null ? kind : "");
            for (var i = 0; i < unit.Path.Count - 1; i++)
            {
                var whole = steps[unit.Path[i]].Whole;
                var via = Box(whole.Text, i + 1, Said.Short(whole), Said.Address(whole), "");
                Band(last, via, kind);
                last = via;
            }

            var own = unit.Path.Count == 0 && unit.Source is not null ? last : Box(unit.Identity.Text, depth, Said.Short(unit.Identity), Said.Address(unit.Identity), kind);
            if (own != last)
            {
                Band(last, own, kind);
            }

            Band(own, Box("place" + (unit.Place?.Number ?? 0).ToString(CultureInfo.InvariantCulture), depth + 1, unit.Place is { } place ? Said.Name(place) : Words.NotSaid, null, "place"), kind);
        }

        return Flow.Of([.. boxes.Values], [.. bands.Select(b => new FlowBand(b.Key.Item1, b.Key.Item2, b.Value, b.Key.Item3))], Math.Max(TallUnit * 4, TallUnit * units.Count));

        string Box(string key, int column, string label, string? address, string kind)
        {
            // One thing may stand in two columns: a part that is meant itself and is also in a device that is.
            var name = $"{column}|{key}";
            boxes.TryAdd(name, new FlowBox(name, column, label, address, kind));
            return name;
        }

        void Band(string from, string to, string kind) => bands[(from, to, kind)] = bands.GetValueOrDefault((from, to, kind)) + 1;
    }

    // What has to be acted on stands first.
    private static int Rank(ScopeSet set) => set switch { ScopeSet.Now => 0, ScopeSet.Unclear => 1, _ => 2 };
}
