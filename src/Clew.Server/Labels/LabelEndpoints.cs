using System.Globalization;
using Clew.Access;
using Clew.Identification;
using Clew.Labels;
using Clew.Server.Access;
using Clew.Server.Web;

namespace Clew.Server.Labels;

/// <summary>Adds or changes a printer.</summary>
/// <param name="Port">9100 unless given.</param>
/// <param name="DotsPerMm">8 (203 dpi) unless given.</param>
/// <param name="Font">0 unless given; for Chinese a file in the printer, such as E:CJK.TTF.</param>
public sealed record KeepPrinter(string? Name, string? Host, int? Port, int? DotsPerMm, string? Font);

/// <summary>All printers.</summary>
public sealed record PrintersAnswer(IReadOnlyList<Printer> Printers);

/// <summary>Makes a print job.</summary>
/// <param name="Id">The sender's own id of the job: the same again makes no second one.</param>
/// <param name="Template">device, deviceLink, case, caseLink or pallet.</param>
/// <param name="Printer">Left out: it is printed in the browser.</param>
/// <param name="Labels">One identifier a label, in any syntax that is read here.</param>
public sealed record MakePrintJob(string? Id, string? Template, string? Printer, IReadOnlyList<string>? Labels);

/// <summary>Starts a job or goes on with it.</summary>
/// <param name="From">After a fault: the first label that is not there.</param>
/// <param name="Attempt">With <paramref name="From"/>: which start of the job was seen, as its answer says; so a second click starts nothing again.</param>
/// <param name="Reason">Why labels that were sent are printed again.</param>
public sealed record PrintFrom(int? From, int? Attempt, string? Reason);

/// <summary>Says that all labels are there.</summary>
/// <param name="Labels">How many there are: compared with the job's.</param>
public sealed record ConfirmLabels(int? Labels);

/// <summary>A label that was sent again.</summary>
public sealed record ReprintAnswer(int Place, DateTimeOffset AskedAt, string AskedBy, string Reason);

/// <summary>A print job.</summary>
/// <param name="State">waiting, printing, stopped, sent or confirmed.</param>
/// <param name="Sent">How many labels were sent, which is the place of the last of them.</param>
/// <param name="Attempt">How often it was started.</param>
public sealed record PrintJobAnswer(long Number, string Template, string? Printer, string State, int Labels, int Sent, int Confirmed, string? Trouble, int Attempt, IReadOnlyList<ReprintAnswer> Reprints);

/// <summary>Labels over HTTP.</summary>
public static class LabelEndpoints
{
    private const int NameMax = 64;

    /// <summary>Where printers that take ZPL listen.</summary>
    internal const int PortUsual = 9100;

    /// <summary>Every printer has it; it knows no Chinese.</summary>
    internal const string FontUsual = "0";

    /// <summary>203, 300, 600 and 152 dpi.</summary>
    internal static readonly int[] DotsPerMm = [8, 12, 24, 6];

    /// <summary>Adds the endpoints.</summary>
    public static void MapLabels(this IEndpointRouteBuilder app)
    {
        app.MapGet("/print/printers", Printers).RequireDeed(Deed.Administer, Deed.Label).Data<PrintersAnswer>("Printers", "Printers that take ZPL.");
        app.MapPost("/print/printers", Keep).RequireDeed(Deed.Administer).Data<Printer>("KeepPrinter", "Adds or changes a printer.").Takes<KeepPrinter>("application/json");
        app.MapPost("/print/jobs", Make).RequireDeed(Deed.Label).Data<PrintJobAnswer>("MakePrintJob", "Makes a print job of labels, none of which has an error.", StatusCodes.Status201Created).Takes<MakePrintJob>("application/json");
        app.MapGet("/print/jobs/{number:long}", Job).RequireDeed(Deed.Label).Data<PrintJobAnswer>("PrintJob", "How a print job stands.");
        app.MapPost("/print/jobs/{number:long}/print", Print).RequireDeed(Deed.Label).Data<PrintJobAnswer>("Print", "Starts a job, or goes on after a fault from the label that is named.", StatusCodes.Status202Accepted).Takes<PrintFrom>("application/json");
        app.MapPost("/print/jobs/{number:long}/confirm", Confirm).RequireDeed(Deed.Label).Data<PrintJobAnswer>("ConfirmLabels", "Says that all labels of a job are there.").Takes<ConfirmLabels>("application/json");
    }

    /// <summary>What is wrong with a printer's settings.</summary>
    internal static IReadOnlyList<Finding> Wrong(Printer printer) =>
    [
        .. Named(printer.Name, "name", "packing-1"),
        .. Uri.CheckHostName(printer.Host) == UriHostNameType.Unknown ? [Wrong("host", printer.Host, "10.0.0.7")] : Array.Empty<Finding>(),
        .. printer.Port is < 1 or > 65535 ? [Wrong("port", Say(printer.Port), Say(PortUsual))] : Array.Empty<Finding>(),
        .. !DotsPerMm.Contains(printer.DotsPerMm) ? [Wrong("dotsPerMm", Say(printer.DotsPerMm), string.Join(" | ", DotsPerMm))] : Array.Empty<Finding>(),
        .. printer.Font.Length is 0 or > NameMax || !printer.Font.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '.' or '_' or '-') ? [Wrong("font", printer.Font, "0 | E:CJK.TTF")] : Array.Empty<Finding>(),
    ];

    private static async Task Printers(HttpContext context, PrintDesk desk) => await Answers.Write(context, new PrintersAnswer(await desk.Printers(null, context.RequestAborted)));

    private static async Task Keep(HttpContext context, PrintDesk desk)
    {
        if (await Bodies.Read<KeepPrinter>(context) is not { } body)
        {
            return;
        }

        var printer = new Printer(body.Name ?? "", body.Host ?? "", body.Port ?? PortUsual, body.DotsPerMm ?? DotsPerMm[0], body.Font ?? FontUsual);
        if (Wrong(printer) is { Count: > 0 } findings)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        await desk.Keep(printer, context.RequestAborted);
        await Answers.Write(context, printer);
    }

    private static async Task Make(HttpContext context, PrintDesk desk)
    {
        if (await Bodies.Read<MakePrintJob>(context) is not { } body)
        {
            return;
        }

        var template = LabelTemplate.Find(body.Template);
        var findings = Named(body.Id, "id", "2026-11-25/line-1")
            .Concat(template is null ? [Wrong("template", body.Template ?? "", string.Join(" | ", LabelTemplate.All.Select(t => t.Word)))] : [])
            .Concat(body.Labels is not { Count: >= 1 and <= PrintDesk.LabelsMax } || body.Labels.Any(l => l is null) ? [Wrong("labels", Say(body.Labels?.Count ?? 0), $"1 … {PrintDesk.LabelsMax}")] : []).ToList();
        if (findings.Count > 0)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        var made = await desk.Make(Caller.Of(context.User).Name, body.Id!, template!, body.Printer, body.Labels!, context.RequestAborted);
        if (made.TryGet(out var number))
        {
            await Answer(context, desk, number, StatusCodes.Status201Created);
        }
        else
        {
            await Problems.Write(context, made.Findings[0].Kind == PrintFindings.OtherJob ? StatusCodes.Status409Conflict : StatusCodes.Status400BadRequest, made.Findings);
        }
    }

    private static Task Job(HttpContext context, long number, PrintDesk desk) => Answer(context, desk, number, StatusCodes.Status200OK);

    private static async Task Print(HttpContext context, long number, PrintDesk desk)
    {
        if (await Bodies.Read<PrintFrom>(context) is { } body)
        {
            await Act(context, number, desk, _ => desk.Print(number, body.From, body.Attempt, body.Reason, Caller.Of(context.User).Name, context.RequestAborted), StatusCodes.Status202Accepted);
        }
    }

    private static async Task Confirm(HttpContext context, long number, PrintDesk desk)
    {
        if (await Bodies.Read<ConfirmLabels>(context) is { } body)
        {
            await Act(context, number, desk, job => body.Labels != job.Labels ? Task.FromResult<Finding?>(Wrong("labels", Say(body.Labels ?? 0), Say(job.Labels))) : desk.Confirm(number, context.RequestAborted), StatusCodes.Status200OK);
        }
    }

    private static async Task Act(HttpContext context, long number, PrintDesk desk, Func<PrintJob, Task<Finding?>> act, int status)
    {
        if (await desk.Find(number, context.RequestAborted) is not { } job)
        {
            await Answers.NotFound(context, Say(number));
        }
        else if (await act(job) is { } finding)
        {
            await Problems.Write(context, StatusCodes.Status409Conflict, [finding]);
        }
        else
        {
            await Answer(context, desk, number, status);
        }
    }

    private static async Task Answer(HttpContext context, PrintDesk desk, long number, int status)
    {
        if (await desk.Find(number, context.RequestAborted) is not { } job)
        {
            await Answers.NotFound(context, Say(number));
            return;
        }

        var reprints = await desk.Reprints(number, context.RequestAborted);
        await Answers.Write(context, new PrintJobAnswer(job.Number, job.Template, job.Printer, job.State.ToString().ToLowerInvariant(), job.Labels, job.Sent, job.Confirmed, job.Trouble, job.Attempt,
            [.. reprints.Select(r => new ReprintAnswer(r.Place, r.AskedAt, r.AskedBy, r.Reason))]), status);
    }

    private static IEnumerable<Finding> Named(string? text, string name, string example) =>
        string.IsNullOrWhiteSpace(text) || text.Length > NameMax || text.Any(char.IsControl) ? [Wrong(name, text ?? "", example)] : [];

    private static Finding Wrong(string name, string text, string expected) => new(QuestionFindings.Parameter, "/" + name, name, text, expected);

    private static string Say(long number) => number.ToString(CultureInfo.InvariantCulture);
}
