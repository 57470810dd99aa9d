using Clew.Access;
using Clew.Server.Access;
using Clew.Server.Ledger;
using Clew.Server.Lifecycle;
using Clew.Server.Web;

namespace Clew.Server.Capture;

/// <summary>A document of which something was refused.</summary>
/// <param name="MendedBy">The corrected form that went in whole.</param>
/// <param name="Bytes">Where its bytes are, as they arrived.</param>
public sealed record RefusedAnswer(
    long Document, DateTimeOffset Received, string Sender, string MediaType, string Sha256, int Facts, int Admitted, int Refused, IReadOnlyList<KeptFinding> Findings, long? Mends, long? MendedBy, string Bytes)
{
    internal static RefusedAnswer Of(RefusedDocument d) =>
        new(d.Id, d.Received, d.Sender, d.MediaType, d.Sha256, d.Facts, d.Admitted, d.Refused, d.Findings, d.Mends, d.MendedBy, $"/exceptions/documents/{d.Id}/bytes");
}

/// <summary>Documents, the newest first.</summary>
public sealed record RefusedDocumentsAnswer(IReadOnlyList<RefusedAnswer> Documents, string? Next);

/// <summary>A step that the rules did not expect.</summary>
public sealed record IrregularAnswer(long Position, string Kind, string By, string Irregular, ItemAnswer Item);

/// <summary>Steps, the newest first.</summary>
public sealed record IrregularsAnswer(IReadOnlyList<IrregularAnswer> Steps, string? Next);

/// <summary>What a person has to look at, over HTTP. A corrected document goes to <c>POST /capture?mends=…</c>.</summary>
public static class ExceptionEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void MapExceptions(this IEndpointRouteBuilder app)
    {
        app.MapGet("/exceptions/documents", Documents).RequireDeed(Deed.Inspect).Data<RefusedDocumentsAnswer>("RefusedDocuments", "Documents of which something was refused, the newest first.")
            .Asks(new("open", "false: also those that were mended."), new("before", "Where to go on: see next."), Descriptions.Limit);
        app.MapGet("/exceptions/documents/{id:long}", Document).RequireDeed(Deed.Inspect).Data<RefusedAnswer>("RefusedDocument", "One document and what was found in it.");
        app.MapGet("/exceptions/documents/{id:long}/bytes", Bytes).RequireDeed(Deed.Inspect).Data<byte[]>("DocumentBytes", "A document's bytes as they arrived.");
        app.MapGet("/exceptions/irregular", Irregular).RequireDeed(Deed.Inspect).Data<IrregularsAnswer>("IrregularSteps", "Steps that the rules did not expect, as believed now.").Asks(new("before", "Where to go on: see next."), Descriptions.Limit);
    }

    private static async Task Documents(HttpContext context, ExceptionQueries exceptions)
    {
        var question = new Question(context, "open", "before", "limit");
        var onlyOpen = question.Word("open", new Dictionary<string, bool>(StringComparer.Ordinal) { ["true"] = true, ["false"] = false }) ?? true;
        var (before, limit) = (question.Number("before", 0, long.MaxValue), question.Limit());
        if (await question.IsRefused(context))
        {
            return;
        }

        var (documents, next) = await exceptions.Refused(onlyOpen, before, limit, context.RequestAborted);
        await Answers.Write(context, new RefusedDocumentsAnswer([.. documents.Select(RefusedAnswer.Of)], next is { } id ? "/exceptions/documents" + question.Again("before", id.ToString(System.Globalization.CultureInfo.InvariantCulture)) : null));
    }

    private static async Task Document(HttpContext context, long id, ExceptionQueries exceptions)
    {
        if (await exceptions.Find(id, context.RequestAborted) is { } found)
        {
            await Answers.Write(context, RefusedAnswer.Of(found));
        }
        else
        {
            await Answers.NotFound(context, context.Request.Path);
        }
    }

    private static async Task Bytes(HttpContext context, long id, ExceptionQueries exceptions)
    {
        if (await exceptions.Find(id, context.RequestAborted) is null)
        {
            await Answers.NotFound(context, context.Request.Path);
            return;
        }

        // As an attachment of no type: what a stranger sent must not run in our pages.
        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.ContentDisposition = $"attachment; filename=document-{id}";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await foreach (var piece in exceptions.Bytes(id, context.RequestAborted))
        {
            await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        }
    }

    private static async Task Irregular(HttpContext context, ExceptionQueries exceptions)
    {
        var question = new Question(context, "before", "limit");
        var (before, limit) = (StepCursor.Read(question.Text("before")), question.Limit());
        if (before is null && question.Text("before") is { } wrong)
        {
            question.Wrong("before", wrong, "next");
        }

        if (await question.IsRefused(context))
        {
            return;
        }

        var (steps, next) = await exceptions.Irregular(before, limit, context.RequestAborted);
        await Answers.Write(context, new IrregularsAnswer(
            [.. steps.Select(s => new IrregularAnswer(s.Entry.Position, s.Entry.Fact.Kind.Word, s.Entry.By, ItemAnswer.Words(s.Irregular) ?? "", ItemAnswer.Of(s.Item)))],
            next is { } cursor ? "/exceptions/irregular" + question.Again("before", cursor.ToString()) : null));
    }
}
