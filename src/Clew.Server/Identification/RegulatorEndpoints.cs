using System.Globalization;
using Clew.Access;
using Clew.Identification;
using Clew.MasterData;
using Clew.Server.Access;
using Clew.Server.Evidence;
using Clew.Server.Web;

namespace Clew.Server.Identification;

/// <summary>A regulator's database, as far as it is here.</summary>
/// <param name="Latest">When a record of it was imported last.</param>
public sealed record RegulatorAnswer(string Regulator, string NameEn, string NameZh, long Records, DateTimeOffset? Latest);

/// <summary>All regulators' databases of which records are taken.</summary>
public sealed record RegulatorsAnswer(IReadOnlyList<RegulatorAnswer> Regulators);

/// <summary>What an import did.</summary>
/// <param name="File">Where the bytes are kept.</param>
/// <param name="Records">Records that could be read, one a key.</param>
/// <param name="Kept">Those that are new here or not older than what was here.</param>
/// <param name="Findings">Records that were left out, and why; the first hundred.</param>
public sealed record RegulatorImportAnswer(string Regulator, string File, int Records, int Kept, IReadOnlyList<RegulatorFindingAnswer> Findings);

/// <summary>A record that was left out.</summary>
public sealed record RegulatorFindingAnswer(string Code, string Path, string What, string Remedy);

/// <summary>Regulators' records over HTTP.</summary>
public static class RegulatorEndpoints
{
    private const int NameMax = 200;

    /// <summary>Adds the endpoints.</summary>
    public static void MapRegulators(this IEndpointRouteBuilder app)
    {
        app.MapGet("/regulators", Stand).RequireDeed(Deed.Describe, Deed.Look).Data<RegulatorsAnswer>("Regulators", "The regulators' databases of which records are taken, and how much of each is here.");
        app.MapPost("/regulators/{regulator}", Import).RequireDeed(Deed.Describe)
            .Data<RegulatorImportAnswer>("ImportRegulatorRecords", "Takes in a file of a regulator's database (nmpa, gudid, eudamed): its XML, a table with a header, or JSON. The bytes are kept.", StatusCodes.Status201Created)
            .Asks(new Asked("name", "The file's name.")).Takes<byte[]>("application/xml", "text/csv", "application/json").ProducesProblem(StatusCodes.Status413PayloadTooLarge);
    }

    private static async Task Stand(HttpContext context, Regulators regulators) =>
        await Answers.Write(context, new RegulatorsAnswer([.. (await regulators.All(context.RequestAborted)).Select(s => new RegulatorAnswer(s.Regulator.Word, s.Regulator.En, s.Regulator.Zh, s.Records, s.Latest))]));

    private static async Task Import(HttpContext context, string regulator, Regulators regulators)
    {
        if (Regulator.Find(regulator) is not { } known)
        {
            await Problems.Write(context, StatusCodes.Status404NotFound, [new Finding(RegulatorFindings.Unknown, "", regulator, string.Join(", ", Regulator.All.Select(r => r.Word)))]);
            return;
        }

        var question = new Question(context, "name");
        if (question.Text("name") is { Length: > NameMax } longName)
        {
            question.Wrong("name", longName[..20], string.Create(CultureInfo.InvariantCulture, $"1 … {NameMax}"));
        }

        if (await question.IsRefused(context))
        {
            return;
        }

        if (await Bodies.Bytes(context, Files.LengthMax) is not { } bytes)
        {
            await Problems.Write(context, StatusCodes.Status413PayloadTooLarge, [new Finding(RegulatorFindings.TooMany, "", Files.LengthMax.ToString(CultureInfo.InvariantCulture))]);
            return;
        }

        var name = Path.GetFileName(question.Text("name") ?? regulator);
        var imported = await regulators.Import(known, name, context.Request.ContentType ?? "text/csv", bytes, Caller.Of(context.User).Name, context.RequestAborted);
        await (imported.TryGet(out var done)
            ? Answers.Write(context, new RegulatorImportAnswer(regulator, "/evidence/" + done.Source, done.Records, done.Kept,
                [.. done.Findings.Select(f => new RegulatorFindingAnswer(f.Code, f.Path, f.What(CultureInfo.CurrentUICulture), f.Remedy(CultureInfo.CurrentUICulture)))]), StatusCodes.Status201Created)
            : Problems.Write(context, StatusCodes.Status422UnprocessableEntity, imported.Findings));
    }
}
