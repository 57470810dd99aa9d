using System.Globalization;
using System.Text;
using Clew.Facts;
using Clew.Lifecycle;

namespace Clew.Tests.Reference;

/// <summary>Prints the stages, what leads from one to the next, what holds block, and what is irregular.</summary>
public sealed class LifecyclePage
{
    [Fact]
    public void The_lifecycle_is_printed()
    {
        var text = new StringBuilder("""
            # Lifecycle

            Printed from `src/Clew/Lifecycle` (`Stage.cs`, `Transitions.cs`, `Holds.cs`, `Irregularity.cs`); do not edit. What somebody of ours *intends*
            is refused when it breaks a rule; what is *reported* is recorded, and marked irregular.

            ## Stages


            """);
        text.Append(PrintedPage.Table(["stage", "English", "中文", "end", "model"],
            Stages.All.Select(s => new[] { $"`{s.Word}`", s.En, s.Zh, s.IsEnd ? "yes" : "", s.Code })));

        text.Append("\n## Transitions\n\n`T…` are rows of the model derived from the regulations, `C…` are ours. A *part* is what is fitted or removed.\n\n");
        text.Append(PrintedPage.Table(["row", "from", "kind", "as", "to", "when"],
            Transitions.All.Select(t => new[] { t.Id, Word(t.From), $"`{t.Deed.Word}`", FactWords.Of(t.As), Word(t.To), t.When == Conditions.Always ? "" : $"{t.When.En} ({t.When.Zh})" })));

        text.Append("\n## What leaves the stage as it is\n\n");
        text.Append(PrintedPage.Table(["in", "kinds"], Transitions.Preserving.Select(p => new[] { PrintedPage.Code(p.Stages.Select(s => Stages.Of(s).Word)), PrintedPage.Code(p.Deeds.Select(k => k.Word)) })));
        text.Append(CultureInfo.InvariantCulture, $"\nAt any time, after the end as well: {PrintedPage.Code(Transitions.Anytime.Select(k => k.Word))}.\n");

        text.Append("\n## Holds\n\nA second dimension: a recalled implant is still in its patient.\n\n");
        text.Append(PrintedPage.Table(["hold", "English", "中文"], Enum.GetValues<Hold>().Select(h => new[] { $"`{Stages.Word(h)}`", Stages.Names(h).En, Stages.Names(h).Zh })));
        text.Append("\n### How they move\n\n");
        text.Append(PrintedPage.Table(["from", "kind", "to", "in"], Holds.Moves.Select(m => new[] { $"`{Stages.Word(m.From)}`", $"`{m.Deed.Word}`", $"`{Stages.Word(m.To)}`", m.Stage is { } stage ? Word(stage) : "any other" })));
        var stopped = Vocabulary.All.Where(k => Holds.Stops(k, Role.Subject)).ToList();
        var parts = Vocabulary.All.Where(k => Holds.Stops(k, Role.Part)).Except(stopped);
        text.Append(CultureInfo.InvariantCulture, $"\n### What they block\n\nUnder `{Stages.Word(Hold.Containment)}` and `{Stages.Word(Hold.RecallLock)}`, and for expired units: {PrintedPage.Code(stopped.Select(k => k.Word))}; for a part also {PrintedPage.Code(parts.Select(k => k.Word))}.\n");

        text.Append("\n## Irregularities\n\nDerived: when a late message explains an earlier one, the mark goes. Each is told as the finding `life.…`: an error to who intends, a warning to who reports.\n\n");
        text.Append(PrintedPage.Table(["irregularity", "finding", "English", "中文"], Irregularities.All.Select(i => new[] { $"`{i.Word}`", $"`{i.Finding.Code}`", i.Finding.En, i.Finding.Zh })));
        PrintedPage.Check("docs/reference/lifecycle.md", text.ToString());
    }

    [Fact]
    public void Roles_are_printed()
    {
        var deeds = Enum.GetValues<Clew.Access.Deed>();
        var text = new StringBuilder("""
            # Roles

            Printed from `src/Clew/Access/Roles.cs`; do not edit. *Outside* sees only what its own party holds or held.


            """);
        text.Append(PrintedPage.Table(["role", "English", "中文", "outside", .. deeds.Select(FactWords.Of)],
            Clew.Access.Roles.All.Select(r => (string[])[$"`{r.Word}`", r.En, r.Zh, r.IsOutside ? "yes" : "", .. deeds.Select(d => r.May.Contains(d) ? "yes" : "")])));
        text.Append("\n## What one must be allowed to do to say a fact\n\n");
        text.Append(PrintedPage.Table(["deed", "kinds"], Vocabulary.All.GroupBy(Clew.Access.Roles.ToSay).OrderBy(g => g.Key).Select(g => new[] { $"`{FactWords.Of(g.Key)}`", PrintedPage.Code(g.Select(k => k.Word)) })));
        PrintedPage.Check("docs/reference/roles.md", text.ToString());
    }

    private static string Word(Stage stage) => stage == Stage.None ? "" : $"`{Stages.Of(stage).Word}`";
}
