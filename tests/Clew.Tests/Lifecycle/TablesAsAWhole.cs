using System.Text.Json;
using Clew.Capture;
using Clew.Facts;
using Clew.Ledger;
using Clew.Lifecycle;

namespace Clew.Tests.Lifecycle;

/// <summary>The tables of the lifecycle, each checked as a whole and against the model that was derived from the regulations.</summary>
public sealed class TablesAsAWhole
{
    // What the model calls a step of the events' own family and we tell otherwise. RecallScopeAdded is said by freezing the scope.
    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.Ordinal)
    {
        ["RECALL_FLAG_IN_PATIENT"] = "FlaggedInPatient",
        ["CONTAINMENT_HOLD"] = "Containment",
        ["RECALL_LOCK"] = "RecallLock",
        ["RECALL_CLEARED"] = "Cleared",
        ["NONE"] = "None",
    };

    [Fact]
    public void Every_stage_can_be_reached()
    {
        var reached = new HashSet<Stage> { Stage.None };
        while (Transitions.All.Any(t => reached.Contains(t.From) && reached.Add(t.To)))
        {
        }

        Stages.All.Select(s => s.Stage).Except(reached).ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_leads_out_of_an_end()
    {
        Transitions.All.Where(t => Stages.IsEnd(t.From)).ShouldBeEmpty();
        Transitions.Preserving.SelectMany(p => p.Stages).Where(Stages.IsEnd).ShouldBeEmpty();
        Stages.All.Where(s => !s.IsEnd && s.Stage != Stage.None).Select(s => s.Stage).Except(Transitions.All.Select(t => t.From)).ShouldBeEmpty();
    }

    [Fact]
    public void No_two_rows_say_otherwise_of_the_same_moment()
    {
        Transitions.All.GroupBy(t => (t.From, t.Deed, t.As)).Where(g => g.Count() > 1 && g.Any(t => t.When == Conditions.Always)).ShouldBeEmpty();
        Transitions.All.GroupBy(t => (t.From, t.Deed, t.As, t.When)).Where(g => g.Count() > 1).ShouldBeEmpty();
        Transitions.All.Select(t => t.Id).ShouldBeUnique();
        Transitions.All.Where(t => t.As == Role.Subject && Transitions.Preserves(t.From, t.Deed)).Select(t => $"{t.From} {t.Deed}").ShouldBe(
            // A disposition that asks for no rework leaves the unit where it is.
            ["InProduction nonconformityDispositioned", "PendingRelease nonconformityDispositioned"]);
    }

    [Fact]
    public void Every_word_has_its_place()
    {
        var placed = Transitions.All.Select(t => t.Deed).Concat(Transitions.Preserving.SelectMany(p => p.Deeds)).Concat(Transitions.Anytime).ToHashSet();
        Vocabulary.All.Where(k => !placed.Contains(k)).Select(k => k.Word).ShouldBeEmpty();
        Vocabulary.All.Select(k => k.Number).ShouldBeUnique();
        Vocabulary.All.Select(k => k.Word).ShouldBeUnique();
    }

    [Fact]
    public void All_of_the_regulations_model_is_there()
    {
        using var model = Model();
        var root = model.RootElement;
        string[] Codes(string list) => [.. root.GetProperty(list).EnumerateArray().Select(e => e.GetProperty("code").GetString()!)];
        Codes("states").Length.ShouldBe(21);
        Codes("states").Except(Stages.All.Select(s => s.Code)).ShouldBeEmpty();
        root.GetProperty("states").EnumerateArray().Where(s => s.GetProperty("terminal").GetBoolean()).Select(s => s.GetProperty("code").GetString()).Order()
            .ShouldBe(Stages.All.Where(s => s.IsEnd).Select(s => s.Code).Order());
        root.GetProperty("hold_statuses").EnumerateArray().Select(h => OtherNames[h.GetString()!]).Order().ShouldBe(Enum.GetNames<Hold>().Order());
        Codes("events").Length.ShouldBe(68);
        Codes("events").Except(Vocabulary.All.Select(k => k.Code)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_transition_of_the_model_is_ours_as_well()
    {
        using var model = Model();
        var kinds = Kinds(model);
        foreach (var row in model.RootElement.GetProperty("transitions").EnumerateArray())
        {
            var id = row.GetProperty("id").GetString();
            var ours = Transitions.All.SingleOrDefault(t => t.Id == id).ShouldNotBeNull(id);
            (Stages.Of(ours.From).Code, ours.Deed, Stages.Of(ours.To).Code)
                .ShouldBe((row.GetProperty("from").GetString() ?? "-", kinds[row.GetProperty("event").GetString()!], row.GetProperty("to").GetString()!), id);
        }

        foreach (var row in model.RootElement.GetProperty("statePreserving").EnumerateArray())
        {
            var stages = row.GetProperty("states").EnumerateArray().Select(s => s.GetString()!).ToList();
            foreach (var stage in Stages.All.Where(s => stages.Contains(s.Code) || (stages[0] == "*" && s.Code != "-")))
            {
                row.GetProperty("events").EnumerateArray().Select(e => kinds[e.GetString()!]).Where(k => !Transitions.Preserves(stage.Stage, k)).Select(k => $"{stage.Word} {k}").ShouldBeEmpty();
            }
        }
    }

    [Fact]
    public void Holds_move_and_stop_as_in_the_model()
    {
        using var model = Model();
        var kinds = Kinds(model);
        var rows = model.RootElement.GetProperty("holdTransitions").EnumerateArray()
            .Select(r => (OtherNames[r.GetProperty("from").GetString()!], kinds[r.GetProperty("event").GetString()!].Word, OtherNames[r.GetProperty("to").GetString()!])).Order();
        Holds.Moves.Select(m => (m.From.ToString(), m.Deed.Word, m.To.ToString())).Order().ShouldBe(rows);
        model.RootElement.GetProperty("eventsBlockedUnderHoldOrLock").EnumerateArray().Select(e => kinds[e.GetString()!].Word).Order().ShouldBe(Holds.Blocked.Select(k => k.Word).Order());
    }

    [Fact]
    public void The_derived_hold_moves_as_the_table_says()
    {
        foreach (var move in Holds.Moves)
        {
            var stage = move.Stage ?? Stage.InService;
            var (containment, recall) = (Order(1, "H", isLock: false), Order(2, "R", isLock: true));
            var holds = move.From switch { Hold.Containment => new HoldOrders(containment), Hold.RecallLock or Hold.FlaggedInPatient => new HoldOrders(recall), _ => default };
            var before = new Standing(stage, null, null, holds, move.From == Hold.Cleared ? Marks.Cleared : Marks.None, null);
            before.Hold.ShouldBe(move.From, move.ToString());
            var isRelease = move.Deed == Vocabulary.HoldReleased || move.Deed == Vocabulary.RecallLockReleased;
            var fact = new Fact { Kind = move.Deed, Id = "x", Happened = new EventTime(1, 0), Case = move.Deed == Vocabulary.HoldReleased ? "H" : "R" };
            var placed = isRelease || move.Deed == Vocabulary.Explanted ? null : move.Deed == Vocabulary.RecallLockPlaced ? recall : containment;
            var what = new Happening(fact, Sequence.Of(fact, EntryKey.Of("x", "x")), 1, null, null, null, null, placed);
            Life.Next(before, what, Role.Subject, Clew.Identification.Granularity.Unit, null).After.Hold.ShouldBe(move.To, move.ToString());
        }
    }

    private static HoldOrder Order(int number, string caseNumber, bool isLock) => new(number, caseNumber, isLock, null, new Sequence(0, 0), 0);

    private static Dictionary<string, Kind> Kinds(JsonDocument model) => model.RootElement.GetProperty("events").EnumerateArray()
        .ToDictionary(e => e.GetProperty("name").GetString()!, e => Vocabulary.All.Single(k => k.Code == e.GetProperty("code").GetString()), StringComparer.Ordinal);

    private static JsonDocument Model()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "data", "regulation", "lifecycle-model.json");
            if (File.Exists(file))
            {
                return JsonDocument.Parse(File.ReadAllBytes(file));
            }
        }

        Assert.Skip("skipped: ../shared/data/regulation/lifecycle-model.json is not there");
        throw new InvalidOperationException();
    }
}
