using Clew.Access;
using Clew.Facts;
using Clew.Genealogy;
using Clew.Identification;
using Clew.Ledger;
using Clew.Server.Access;
using Clew.Server.Ledger;
using Clew.Server.Lifecycle;
using Clew.Server.MasterData;
using Clew.Server.Web;

namespace Clew.Server.Genealogy;

/// <summary>One stay in a tree.</summary>
/// <param name="Via">The link one level nearer to the start.</param>
/// <param name="Nature">component, packed, ownLot or madeFrom.</param>
/// <param name="From">When it went in; nothing when only its coming out is known.</param>
/// <param name="To">When it came out; nothing while it is in.</param>
public sealed record BranchAnswer(
    long Link, long? Via, int Depth, string Nature, decimal? Quantity, DateTimeOffset? From, DateTimeOffset? To, long? Fitted, long? Removed, string? Irregular, ItemAnswer Item);

/// <summary>What is in an item, or what it is in.</summary>
/// <param name="IsCut">There is more than was asked for.</param>
public sealed record TreeAnswer(ItemAnswer Item, IReadOnlyList<BranchAnswer> Branches, IReadOnlyList<NameAnswer> MissingParts, bool IsCut);

/// <summary>How much of a lot came or went.</summary>
public sealed record MovementAnswer(string Kind, NameAnswer? Place, decimal Quantity);

/// <summary>A lot: what came, what went, what lies where. The movements of a place sum to its stock.</summary>
public sealed record LotAnswer(ItemAnswer Item, decimal Stock, IReadOnlyList<MovementAnswer> Movements);

/// <summary>Genealogy over HTTP.</summary>
public static class TraceEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void MapTraces(this IEndpointRouteBuilder app)
    {
        app.MapGet("/trace/below/{**id}", (HttpContext c, string id, LifeQueries l, TraceQueries t, LedgerQueries g) => Tree(c, id, isBelow: true, l, t, g))
            .RequireDeed(Deed.Trace).Data<TreeAnswer>("TraceBelow", "What an item is made of, and what is or was packed in it, through any depth.").Asks([.. Descriptions.AsOf, Descriptions.Limit]);
        app.MapGet("/trace/above/{**id}", (HttpContext c, string id, LifeQueries l, TraceQueries t, LedgerQueries g) => Tree(c, id, isBelow: false, l, t, g))
            .RequireDeed(Deed.Trace).Data<TreeAnswer>("TraceAbove", "What an item is or was part of, and which containers it is or was in.").Asks([.. Descriptions.AsOf, Descriptions.Limit]);
        app.MapGet("/trace/lot/{**id}", Lot).RequireDeed(Deed.Trace).Data<LotAnswer>("TraceLot", "How much of a lot came, went and lies where.").Asks(Descriptions.AsOf);
    }

    private static async Task Tree(HttpContext context, string id, bool isBelow, LifeQueries lives, TraceQueries traces, LedgerQueries ledger)
    {
        var ct = context.RequestAborted;
        var question = new Question(context, "known", "knownAt", "happened", "limit");
        var asOf = await question.AsOf(ledger, ct);
        var limit = question.Number("limit", 1, TraceQueries.BranchesMax) ?? TraceQueries.BranchesMax;
        if (await question.IsRefused(context) || await Named(context, id, lives, asOf, ct) is not { } item)
        {
            return;
        }

        var tree = isBelow ? await traces.Below(item.Id, asOf, (int)limit, ct) : await traces.Above(item.Id, asOf, (int)limit, ct);
        var missing = isBelow ? await traces.Missing(item.Id, asOf, ct) : [];
        await Answers.Write(context, new TreeAnswer(
            ItemAnswer.Of(item),
            [.. tree.Branches.Select(b => new BranchAnswer(b.Link, b.Via, b.Depth, FactWords.Of(b.Nature), b.Quantity, b.From, b.To, b.Fitted, b.Removed, ItemAnswer.Words(b.Irregular), ItemAnswer.Of(b.Item)))],
            [.. missing.Select(m => NameAnswer.Of(m.Product)!)], tree.IsCut));
    }

    private static async Task Lot(HttpContext context, string id, LifeQueries lives, LedgerQueries ledger)
    {
        var ct = context.RequestAborted;
        var question = new Question(context, "known", "knownAt", "happened");
        var asOf = await question.AsOf(ledger, ct);
        if (await question.IsRefused(context) || await Named(context, id, lives, asOf, ct) is not { } item)
        {
            return;
        }

        var movements = await lives.Movements(item.Id, asOf, ct);
        await Answers.Write(context, new LotAnswer(ItemAnswer.Of(item), movements.Sum(m => m.Quantity), [.. movements.Select(m => new MovementAnswer(m.Kind.Word, NameAnswer.Of(m.Place), m.Quantity))]));
    }

    private static async Task<ItemStanding?> Named(HttpContext context, string id, LifeQueries lives, AsOf asOf, CancellationToken ct)
    {
        var read = Question.Named(id);
        if (!read.TryGet(out var identity))
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, read.Findings);
            return null;
        }

        var item = await lives.Find(identity, asOf, ct);
        if (item is null)
        {
            await Answers.NotFound(context, identity.Text);
        }

        return item;
    }
}
