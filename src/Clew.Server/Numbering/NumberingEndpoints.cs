using Clew.Access;
using Clew.Identification;
using Clew.Numbering;
using Clew.Server.Access;
using Clew.Server.Web;

namespace Clew.Server.Numbering;

/// <summary>Makes a rule.</summary>
/// <param name="Pattern">Such as PX-######?: # a place of the number, ? the check character.</param>
/// <param name="Alphabet">The characters of a place; decimal digits unless given.</param>
/// <param name="First">The first number of the range; 0 unless given.</param>
/// <param name="Count">How many numbers the range has; all unless given.</param>
/// <param name="Random">Whether they come in an order that nobody can guess.</param>
public sealed record MakeRule(string? Code, string? Pattern, string? Alphabet, long? First, long? Count, bool? Random);

/// <summary>A rule as it stands.</summary>
public sealed record RuleAnswer(string Code, string Pattern, string Alphabet, long First, long Count, bool Random, long Issued);

/// <summary>All rules.</summary>
public sealed record RulesAnswer(IReadOnlyList<RuleAnswer> Rules);

/// <summary>Asks for serials.</summary>
/// <param name="Id">The sender's own id of this request: the same again gives the same serials.</param>
/// <param name="Product">Whose serials they will be.</param>
public sealed record IssueSerials(string? Id, string? Product, int? Count);

/// <summary>Serials that nobody else will get.</summary>
/// <param name="Units">The same as canonical identities.</param>
public sealed record SerialsAnswer(string Product, IReadOnlyList<string> Serials, IReadOnlyList<string> Units);

/// <summary>Serial numbers over HTTP.</summary>
public static class NumberingEndpoints
{
    private const int NameMax = 64;

    /// <summary>Adds the endpoints.</summary>
    public static void MapNumbering(this IEndpointRouteBuilder app)
    {
        app.MapGet("/numbering/rules", Rules).RequireDeed(Deed.Describe, Deed.Label).Data<RulesAnswer>("SerialRules", "The rules by which serials are made, and how many of each are given out.");
        app.MapPost("/numbering/rules", Make).RequireDeed(Deed.Describe).Data<RuleAnswer>("MakeSerialRule", "Makes a rule; it never changes.", StatusCodes.Status201Created).Takes<MakeRule>("application/json");
        app.MapPost("/numbering/rules/{code}/serials", Issue).RequireDeed(Deed.Label).Data<SerialsAnswer>("IssueSerials", "Gives out serials of a product that nobody else will get.", StatusCodes.Status201Created).Takes<IssueSerials>("application/json");
    }

    private static async Task Rules(HttpContext context, SerialDesk desk) =>
        await Answers.Write(context, new RulesAnswer([.. (await desk.Rules(null, context.RequestAborted)).Select(Answer)]));

    private static async Task Make(HttpContext context, SerialDesk desk)
    {
        if (await Bodies.Read<MakeRule>(context) is not { } body)
        {
            return;
        }

        var read = SerialRule.Read(body.Pattern, body.Alphabet, body.First, body.Count, body.Random ?? false);
        var findings = Named(body.Code, "code", "PUMP").Concat(read.Findings).ToList();
        if (findings.Count > 0)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        var made = await desk.Make(body.Code!, read.Value, Caller.Of(context.User).Name, context.RequestAborted);
        await (made.TryGet(out var standing) ? Answers.Write(context, Answer(standing), StatusCodes.Status201Created) : Problems.Write(context, StatusCodes.Status409Conflict, made.Findings));
    }

    private static async Task Issue(HttpContext context, string code, SerialDesk desk)
    {
        if (await Bodies.Read<IssueSerials>(context) is not { } body)
        {
            return;
        }

        var product = Identity.Read(body.Product ?? "", "/product", Granularity.Product);
        var findings = Named(body.Id, "id", "2026-11-25/line-1").Concat(product.IsRead ? [] : product.Findings).ToList();
        if (body.Count is not (>= 1 and <= SerialDesk.CountMax))
        {
            findings.Add(new Finding(QuestionFindings.Parameter, "/count", "count", body.Count?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "", $"1 … {SerialDesk.CountMax}"));
        }

        if (findings.Count > 0)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        if (await desk.Issue(code, body.Id!, product.Value, body.Count!.Value, Caller.Of(context.User).Name, context.RequestAborted) is not { } issued)
        {
            await Answers.NotFound(context, code);
        }
        else if (issued.TryGet(out var serials))
        {
            await Answers.Write(context, new SerialsAnswer(product.Value.Text, serials, [.. serials.Select(s => Identity.Unit(product.Value.Text, s).Text)]), StatusCodes.Status201Created);
        }
        else
        {
            await Problems.Write(context, StatusCodes.Status409Conflict, issued.Findings);
        }
    }

    internal static IEnumerable<Finding> Named(string? text, string name, string example) =>
        string.IsNullOrWhiteSpace(text) || text.Length > NameMax || text.Any(char.IsControl) ? [new Finding(QuestionFindings.Parameter, "/" + name, name, text ?? "", example)] : [];

    private static RuleAnswer Answer(StandingRule standing) =>
        new(standing.Code, standing.Rule.Pattern, standing.Rule.Alphabet, standing.Rule.First, standing.Rule.Count, standing.Rule.IsRandom, standing.Issued);
}
