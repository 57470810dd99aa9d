using System.Text.Json;
using Clew.Access;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.MasterData;
using Clew.Server.Access;
using Clew.Server.Genealogy;
using Clew.Server.Ledger;
using Clew.Server.Web;

namespace Clew.Server.Lifecycle;

/// <summary>A product, party or place by its identifier and names.</summary>
public sealed record NameAnswer(string Id, string? NameEn, string? NameZh, string? Role = null)
{
    /// <summary>A place.</summary>
    public static NameAnswer? Of(Place? place) => place is null ? null : new(place.Identity.Text, place.Description?.NameEn, place.Description?.NameZh);

    /// <summary>A party.</summary>
    public static NameAnswer? Of(Party? party) => party is null ? null : new(party.Identity.Text, party.Description?.NameEn, party.Description?.NameZh, FactWords.Of(party.Role));

    /// <summary>A product.</summary>
    public static NameAnswer? Of(Product? product) => product is null ? null : new(product.Identity.Text, product.Description?.NameEn, product.Description?.NameZh);
}

/// <summary>A hold or lock.</summary>
public sealed record HoldAnswer(string Case, bool IsLock, long Position);

/// <summary>How things stand with an item.</summary>
/// <param name="Uri">As a GS1 Digital Link, or a URN.</param>
/// <param name="Kind">unit, lot or logisticUnit.</param>
public sealed record ItemAnswer(
    string Id, string Uri, string Kind, NameAnswer? Product, string? Model, string Stage, string Hold, IReadOnlyList<HoldAnswer> Holds,
    NameAnswer? Place, NameAnswer? Holder, DateOnly? Expires, bool IsCertified, DateTimeOffset? Since, string? Irregular)
{
    /// <summary>From how it stands.</summary>
    public static ItemAnswer Of(ItemStanding item) => new(
        item.Identity.Text, item.Identity.ToUri(), FactWords.Of(item.Identity.Granularity), NameAnswer.Of(item.Product), item.Product?.Description?.Model,
        Stages.Of(item.Stage).Word, Stages.Word(item.Hold), [.. item.Holds.Select(h => new HoldAnswer(h.Case, h.IsLock, h.Position))],
        NameAnswer.Of(item.Place), NameAnswer.Of(item.Holder), item.Expires, (item.Marks & Marks.Certified) != 0, item.Since, Words(item.Irregular));

    /// <summary>Words of what the rules did not expect, or nothing.</summary>
    internal static string? Words(Irregularity set) => set == Irregularity.None ? null : Irregularities.Words(set);
}

/// <summary>One step of a life.</summary>
/// <param name="Happened">With the offset where it happened.</param>
/// <param name="Recorded">By our clock.</param>
/// <param name="By">Who said it.</param>
/// <param name="As">As what the item took part.</param>
/// <param name="Before">Stage and hold before.</param>
/// <param name="After">Stage and hold after.</param>
/// <param name="IsCorrected">Taken back by a correction.</param>
/// <param name="Fact">The fact as it was said, canonical.</param>
public sealed record MomentAnswer(
    long Position, string Kind, string Happened, string Recorded, string By, string As, string Before, string After,
    NameAnswer? Place, NameAnswer? Holder, string? Irregular, bool IsCorrected, JsonElement Fact)
{
    internal static MomentAnswer Of(Moment moment)
    {
        using var fact = JsonDocument.Parse(FactWriter.Bytes(moment.Entry.Fact));
        return new MomentAnswer(
            moment.Entry.Position, moment.Entry.Fact.Kind.Word, moment.Entry.Fact.Happened.ToString(), moment.Entry.RecordedAt.ToString(), moment.Entry.By, FactWords.Of(moment.Role),
            Stages.Word(moment.BeforeStage, moment.BeforeHold), Stages.Word(moment.Stage, moment.Hold), NameAnswer.Of(moment.Place), NameAnswer.Of(moment.Holder),
            ItemAnswer.Words(moment.Irregular), moment.IsStruck, fact.RootElement.Clone());
    }
}

/// <summary>A certificate that a unit is bound to.</summary>
public sealed record CertificateAnswer(string Number, string Sha256, long Position);

/// <summary>A device, lot or logistic unit with its timeline.</summary>
/// <param name="MissingParts">Products of which a part must be in it and none was reported.</param>
/// <param name="Next">Address of the next stretch of the timeline.</param>
public sealed record DeviceAnswer(ItemAnswer Item, IReadOnlyList<CertificateAnswer> Certificates, IReadOnlyList<NameAnswer> MissingParts, IReadOnlyList<MomentAnswer> Timeline, string? Next);

/// <summary>What a search found.</summary>
/// <param name="Next">Address of the next page.</param>
public sealed record SearchAnswer(IReadOnlyList<ItemAnswer> Items, IReadOnlyList<NameAnswer> Products, string? Next);

/// <summary>Items over HTTP.</summary>
public static class LifeEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void MapLives(this IEndpointRouteBuilder app)
    {
        app.MapGet("/devices", Search).RequireDeed(Deed.Look).Data<SearchAnswer>("Search", "Items by identity in any form, by bare serial or lot, or by a product's name.")
            .Asks([new("text", "What somebody scanned or typed."), .. Descriptions.AsOf, new("after", "Where to go on: see next."), Descriptions.Limit]);
        app.MapGet("/devices/{**id}", Device).RequireDeed(Deed.Look).Data<DeviceAnswer>("Device", "How things stand with an item, and what happened to it, the newest first.")
            .Asks([.. Descriptions.AsOf, new("before", "Where the timeline goes on: see next."), Descriptions.Limit]);
        app.MapGet("/entries/{position:long}", Entry).RequireDeed(Deed.Trace, Deed.Inspect).Data<JsonElement>("Entry", "An entry of the ledger, exactly as it is stored and hashed.");
    }

    private static async Task Search(HttpContext context, LifeQueries lives, LedgerQueries ledger)
    {
        var ct = context.RequestAborted;
        var question = new Question(context, "text", "known", "knownAt", "happened", "after", "limit");
        var asOf = await question.AsOf(ledger, ct);
        var (text, after, limit) = (question.Text("text") ?? "", question.Number("after", 0, long.MaxValue) ?? 0, question.Limit());
        if (after > 0 && !await lives.IsItem(after, ct))
        {
            question.Wrong("after", question.Text("after")!, "next");
        }

        if (await question.IsRefused(context))
        {
            return;
        }

        var found = await lives.Search(text, asOf, after, limit, ct);
        var caller = Caller.Of(context.User);
        var seen = caller.IsOutside ? await lives.HeldBy(caller.Party, [.. found.Items.Select(i => i.Id)], ct) : null;
        await Answers.Write(context, new SearchAnswer(
            [.. found.Items.Where(i => seen?.Contains(i.Id) != false).Select(ItemAnswer.Of)], [.. found.Products.Select(p => NameAnswer.Of(p)!)],
            found.Next is { } next ? "/devices" + question.Again("after", next.ToString(System.Globalization.CultureInfo.InvariantCulture)) : null));
    }

    private static async Task Device(HttpContext context, string id, LifeQueries lives, TraceQueries traces, LedgerQueries ledger)
    {
        var ct = context.RequestAborted;
        var question = new Question(context, "known", "knownAt", "happened", "before", "limit");
        var asOf = await question.AsOf(ledger, ct);
        var limit = question.Limit();
        var cursor = TimelineCursor.Read(question.Text("before"));
        if (cursor is null && question.Text("before") is { } wrong)
        {
            question.Wrong("before", wrong, "next");
        }

        var read = Question.Named(id);
        if (await question.IsRefused(context))
        {
            return;
        }

        if (!read.TryGet(out var identity))
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, read.Findings);
            return;
        }

        var caller = Caller.Of(context.User);
        var item = await lives.Find(identity, asOf, ct);
        if (item is null || (caller.IsOutside && (await lives.HeldBy(caller.Party, [item.Id], ct)).Count == 0))
        {
            await Answers.NotFound(context, identity.Text);
            return;
        }

        var timeline = await lives.Timeline(item.Id, asOf, cursor, limit, caller.IsOutside ? caller.Party ?? "" : null, ct);
        var certificates = await lives.Certificates(item.Id, asOf, ct);
        var missing = await traces.Missing(item.Id, asOf, ct);
        await Answers.Write(context, new DeviceAnswer(
            ItemAnswer.Of(item), [.. certificates.Select(c => new CertificateAnswer(c.Number, c.Sha256, c.Position))], [.. missing.Select(m => NameAnswer.Of(m.Product)!)],
            [.. timeline.Moments.Select(MomentAnswer.Of)], timeline.Next is { } next ? context.Request.Path + question.Again("before", next.ToString()) : null));
    }

    private static async Task Entry(HttpContext context, long position, LedgerQueries ledger)
    {
        if (await ledger.Bytes(position, context.RequestAborted) is not { } bytes)
        {
            await Answers.NotFound(context, position.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.Headers["Clew-Leaf-Hash"] = Convert.ToBase64String(bytes.Leaf);
        await context.Response.BodyWriter.WriteAsync(bytes.Body, context.RequestAborted);
    }
}
