using System.Globalization;
using Clew.Access;
using Clew.Facts;
using Clew.Genealogy;
using Clew.Identification;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.Server.Access;
using Clew.Server.Ledger;
using Clew.Server.Lifecycle;
using Clew.Server.Web;

namespace Clew.Server.Recall;

/// <summary>A step of a life that is told otherwise than it was.</summary>
/// <param name="Change">came, went or differs.</param>
/// <param name="Then">Stage and hold behind it as we believed then.</param>
/// <param name="Now">Stage and hold behind it as we believe now.</param>
public sealed record StepChangeAnswer(string Change, long Position, string Kind, string Happened, string As, string? Then, string? Now);

/// <summary>A part, content, whole or container of which we believe otherwise.</summary>
/// <param name="Where">below: in it; above: what it is in.</param>
public sealed record BranchChangeAnswer(string Change, string Where, string Item, string Nature, int Depth, DateTimeOffset? ThenFrom, DateTimeOffset? ThenTo, DateTimeOffset? NowFrom, DateTimeOffset? NowTo);

/// <summary>A unit of a scope of which we believe otherwise.</summary>
/// <param name="ThenSet">The set of the scope in which it was.</param>
/// <param name="NowSet">The set of the scope in which it is.</param>
public sealed record UnitChangeAnswer(string Change, string Id, string? ThenSet, string? NowSet, string? ThenStands, string? NowStands);

/// <summary>What has changed between two cuts of the ledger.</summary>
/// <param name="Then">The last position that counted then.</param>
/// <param name="Now">The last position that counts now.</param>
/// <param name="ItemThen">How things stood with the item as we believed then.</param>
/// <param name="IsCut">There is more than is listed.</param>
/// <param name="Next">Address of the next units.</param>
public sealed record ChangesAnswer(
    long Then, long Now, ItemAnswer? ItemThen, ItemAnswer? ItemNow, IReadOnlyList<StepChangeAnswer> Steps, IReadOnlyList<BranchChangeAnswer> Branches, IReadOnlyList<UnitChangeAnswer> Units, bool IsCut, string? Next);

/// <summary>What somebody asks of two moments.</summary>
/// <param name="Item">An item; nothing when it is about a scope.</param>
/// <param name="Criterion">A scope.</param>
/// <param name="Number">The recall whose scope it is.</param>
public sealed record ChangesAsked(Identity? Item, Criterion? Criterion, string? Number, long Then, long Now, EventTime? Happened)
{
    /// <summary>What can be asked for.</summary>
    public static readonly string[] Names = ["item", "recall", .. CriterionForm.Names, "since", "sinceKnown", "known", "knownAt", "happened"];

    /// <summary>Reads it. Without a moment to begin with it is a day ago.</summary>
    public static async Task<ChangesAsked?> Read(Question question, RecallQueries recalls, LedgerQueries ledger, TimeProvider clock, CancellationToken ct)
    {
        var items = question.Identities("item", Granularity.Unit, Granularity.Lot, Granularity.LogisticUnit);
        var number = question.Text("recall");
        var criterion = new Criterion(
            question.Identities("lot", Granularity.Lot), question.Identities("serial", Granularity.Unit), question.Identities("product", Granularity.Product), question.Time("madeFrom"), question.Time("madeUntil"),
            question.Identities("supplier", Granularity.Party));
        var hasCriterion = criterion.Lots.Count + criterion.Serials.Count + criterion.Products.Count + criterion.Suppliers.Count > 0;
        var asOf = await question.AsOf(ledger, ct);
        var now = asOf.Known ?? await ledger.Size(ct) - 1;
        var then = question.Number("sinceKnown", 0, long.MaxValue) ?? await ledger.KnownAt(question.Time("since") ?? EventTime.Of(clock.GetUtcNow().AddDays(-1)), ct);
        if (items.Count + (number is null ? 0 : 1) + (hasCriterion ? 1 : 0) != 1 && question.Findings.Count == 0)
        {
            question.Wrong("item", "", "item=… | recall=… | lot=… | serial=… | product=… | supplier=…");
        }

        if (question.Findings.Count > 0)
        {
            return null;
        }

        var recall = number is null ? null : await recalls.Find(number, ct);
        return number is not null && recall is null ? null : new ChangesAsked(items.Count > 0 ? items[0] : null, recall?.Criterion ?? (hasCriterion ? criterion : null), number, Math.Min(then, now), now, asOf.Happened);
    }
}

/// <summary>What has changed since, over HTTP.</summary>
public static class ChangeEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void MapChanges(this IEndpointRouteBuilder app) =>
        app.MapGet("/changes", Changes).RequireDeed(Deed.Trace).Data<ChangesAnswer>("Changes", "What has changed in what we believe of an item, a recall or a scope since we last knew it.")
            .Asks([new("item", "A unit, lot or logistic unit."), new("recall", "A recall: its scope."), .. Descriptions.Criterion, new("since", "What we knew then: a moment of our clock, with offset; a day ago unless said."), new("sinceKnown", "The same as a position of the ledger."), .. Descriptions.AsOf, new("after", "Where to go on: see next."), Descriptions.Limit]);

    private static async Task Changes(HttpContext context, ChangeQueries changes, RecallQueries recalls, LedgerQueries ledger, TimeProvider clock)
    {
        var ct = context.RequestAborted;
        var question = new Question(context, [.. ChangesAsked.Names, "after", "limit"]);
        var (after, limit) = (question.Number("after", 0, long.MaxValue) ?? 0, question.Limit());
        var asked = await ChangesAsked.Read(question, recalls, ledger, clock, ct);
        if (await question.IsRefused(context))
        {
            return;
        }

        if (asked is null)
        {
            await Answers.NotFound(context, question.Text("recall")!);
        }
        else if (asked.Item is { } identity)
        {
            if (await changes.OfItem(identity, asked.Then, asked.Now, asked.Happened, ct) is not { } of)
            {
                await Answers.NotFound(context, identity.Text);
                return;
            }

            await Answers.Write(context, new ChangesAnswer(
                asked.Then, asked.Now, ItemAnswer.Of(of.Then), ItemAnswer.Of(of.Now),
                [.. of.Steps.Select(s => new StepChangeAnswer(FactWords.Of(s.Change), s.Entry.Position, s.Entry.Fact.Kind.Word, s.Entry.Fact.Happened.ToString(), FactWords.Of(s.Role), Stands(s.Then), Stands(s.Now)))],
                [.. of.Branches.Select(b => new BranchChangeAnswer(FactWords.Of(b.Change), b.IsBelow ? "below" : "above", b.Branch.Item.Identity.Text, FactWords.Of(b.Branch.Nature), b.Branch.Depth, b.Then?.From, b.Then?.To, b.Now?.From, b.Now?.To))],
                [], of.IsCut, null));
        }
        else
        {
            var (units, next) = asked.Criterion is { } criterion ? await changes.OfScope(criterion, asked.Then, asked.Now, asked.Happened, after, limit, ct) : ([], null);
            await Answers.Write(context, new ChangesAnswer(
                asked.Then, asked.Now, null, null, [], [],
                [.. units.Select(u => new UnitChangeAnswer(FactWords.Of(u.Change), u.Unit.Identity.Text, Set(u.Then), Set(u.Now), Stands(u.Then), Stands(u.Now)))],
                next is not null, next is { } id ? "/changes" + question.Again("after", id.ToString(CultureInfo.InvariantCulture)) : null));
        }
    }

    private static string? Stands(StepState? state) => state is null ? null : Stages.Word(state.Stage, state.Hold);

    private static string? Stands(ScopeUnit? unit) => unit is null ? null : Stages.Word(unit.Stage, unit.Hold);

    private static string? Set(ScopeUnit? unit) => unit is null ? null : RecallList.Word(unit.Set);
}
