using Clew.Facts;
using Clew.Lifecycle;
using Clew.Server.Genealogy;
using Clew.Server.Web;

namespace Clew.Server.Lifecycle;

/// <summary>What somebody with a scanner in the hand has to know of an item: may I go on, must I look, must I stop.</summary>
/// <param name="Weight">good, warn or bad: how it is coloured.</param>
/// <param name="Reasons">Why, in the reader's language; the gravest first.</param>
public sealed record ScanVerdict(string Weight, Word Say, IReadOnlyList<string> Reasons)
{
    /// <summary>The deeds that a scan page asks for.</summary>
    public static IReadOnlyList<Kind> Deeds { get; } =
    [
        Vocabulary.ProductReleased, Vocabulary.Shipped, Vocabulary.Received, Vocabulary.Installed, Vocabulary.PlacedInService, Vocabulary.ServiceStarted,
    ];

    /// <summary>Judges an item as it stands now.</summary>
    /// <param name="deed">What is to be done with it; nothing when it is only looked at.</param>
    /// <param name="today">The calendar day here.</param>
    public static ScanVerdict Of(ItemStanding item, Kind? deed, IReadOnlyList<MissingPart> missing, DateOnly today)
    {
        List<string> stops = [], doubts = [];
        var isStopped = deed is null || Holds.Stops(deed, Role.Subject);
        if (item.Holds.Count > 0)
        {
            var cases = string.Join(", ", item.Holds.Select(h => h.Case));
            (item.IsHeld && isStopped ? stops : doubts).Add(item.Hold == Hold.FlaggedInPatient ? Words.FlagOnly : $"{Said.Name(item.Hold)} {cases}");
        }

        if (item.Expires < today)
        {
            (isStopped ? stops : doubts).Add(Words.ExpiredOn.With(item.Expires.Value.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)));
        }

        if (Stages.IsEnd(item.Stage))
        {
            stops.Add(Words.LifeEnded.With(Said.Name(item.Stage)));
        }
        else if (deed is not null && item.Stage != Stage.None && !Array.Exists(Transitions.For(deed, Role.Subject).ToArray(), t => t.From == item.Stage) && !Transitions.Preserves(item.Stage, deed))
        {
            stops.Add(Words.DoesNotFollow.With(Said.Name(item.Stage), Said.Name(deed)));
        }
        else if (item.Stage is Stage.Retired or Stage.Missing or Stage.Returned or Stage.OutOfService or Stage.Fitted)
        {
            doubts.Add(Said.Name(item.Stage));
        }

        if (item.Irregular != Irregularity.None)
        {
            doubts.Add(Words.LastStepUnexpected);
        }

        doubts.AddRange(missing.Select(m => Words.MissingPart.With(Said.Name(m.Product))));
        return stops.Count > 0 ? new ScanVerdict("bad", Words.Stop, [.. stops, .. doubts])
            : doubts.Count > 0 ? new ScanVerdict("warn", Words.LookAtIt, doubts)
            : new ScanVerdict("good", Words.GoOn, []);
    }
}
