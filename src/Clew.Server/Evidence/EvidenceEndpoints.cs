using Clew.Access;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Web;

namespace Clew.Server.Evidence;

/// <summary>A file that is kept.</summary>
/// <param name="Sha256">What facts name it by: 64 lower-case hexadecimal digits.</param>
public sealed record KeptFileAnswer(string Sha256, long Length, string Address);

/// <summary>Files of evidence over HTTP.</summary>
public static class EvidenceEndpoints
{
    private static readonly FindingKind TooLong = new("evidence.tooLong", Severity.Error,
        "The file is longer than {0} bytes.", "Send a shorter one: pictures and scans in a lower resolution.",
        "文件超过 {0} 字节。", "请发送较小的文件,例如降低图片或扫描件的分辨率。");

    /// <summary>Adds the endpoints.</summary>
    public static void MapEvidence(this IEndpointRouteBuilder app)
    {
        app.MapPost("/evidence", Keep).RequireDeed(Deed.Report).Data<KeptFileAnswer>("KeepEvidence", "Keeps a file; facts then name it by its hash.", StatusCodes.Status201Created)
            .Asks(new Asked("name", "The file's name.")).Takes<byte[]>("application/octet-stream", "application/pdf", "image/jpeg", "image/png").ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        app.MapGet("/evidence/{sha256}", File).RequireDeed(Deed.Look).Data<byte[]>("Evidence", "A file of evidence by the SHA-256 of its bytes.");
    }

    private static async Task Keep(HttpContext context, Files files)
    {
        var ct = context.RequestAborted;
        var question = new Question(context, "name");
        if (await question.IsRefused(context))
        {
            return;
        }

        if (await Bodies.Bytes(context, Files.LengthMax) is not { } bytes)
        {
            await Problems.Write(context, StatusCodes.Status413PayloadTooLarge, [new Finding(TooLong, "", Files.LengthMax.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
            return;
        }

        var sha256 = await files.Keep(Path.GetFileName(question.Text("name") ?? "file"), context.Request.ContentType ?? "application/octet-stream", bytes, ct);
        await Answers.Write(context, new KeptFileAnswer(sha256, bytes.Length, "/evidence/" + sha256), StatusCodes.Status201Created);
    }

    private static async Task File(HttpContext context, string sha256, Files files)
    {
        if (await files.Find(sha256, context.RequestAborted) is not { } file)
        {
            await Answers.NotFound(context, sha256);
            return;
        }

        // Never shown inside our own pages: what somebody uploaded may be a page of theirs.
        context.Response.ContentType = file.MediaType;
        context.Response.Headers.ContentDisposition = "attachment; filename*=UTF-8''" + Uri.EscapeDataString(file.Name);
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.BodyWriter.WriteAsync(file.Bytes, context.RequestAborted);
    }
}
