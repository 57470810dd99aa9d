using System.Globalization;
using System.Reflection;
using System.Text;
using System.Xml.Linq;
using Clew.Facts;
using Clew.Identification;

namespace Clew.Tests.Reference;

/// <summary>Prints what can be said and how it is written.</summary>
public sealed class FactsPage
{
    /// <summary>A fact as a sender writes it; the test reads it, so it is right.</summary>
    private const string Sample = """
        {
          "kind": "componentFitted",
          "id": "wo-4711-3",
          "happened": "2026-02-02T08:00:00+08:00",
          "items": ["gs1:01/06901234561234/21/C9", { "item": "gs1:01/06901234560008/10/B17", "quantity": 1 }],
          "parent": "gs1:01/06901234567892/21/P1",
          "place": "gs1:414/6901234000016",
          "participants": [{ "role": "operator", "who": "77" }],
          "references": [{ "type": "prodorder", "number": "4711" }],
          "details": { "torqueNm": "2.5" }
        }
        """;

    private static readonly (Required Part, string Word)[] Parts =
        [.. Enum.GetValues<Required>().Where(r => r != Required.Nothing).Select(r => (r, FactWords.Of(r)))];

    [Fact]
    public void Facts_are_printed()
    {
        var sample = FactReader.ReadAll(Encoding.UTF8.GetBytes(Sample)).Single();
        sample.Findings.ShouldBeEmpty();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Facts

            Printed from `src/Clew/Facts/Vocabulary.cs` and `src/Clew/Facts/Fact.cs`; do not edit. A document is one fact, an array of facts, or
            `{"{"}"facts": […]{"}"}`. One fact names at most {FactReader.ItemsMax:#,0} items; a text has at most {FactReader.TextMax} characters, `details` at most {FactReader.DetailsMax:#,0} bytes.

            ```json
            {Sample}
            ```


            """);
        text.Append("## Members\n\n").Append(Members(typeof(Fact), except: nameof(Fact.ItemsBeside)))
            .Append("\nA member that stands in no table is kept with the fact, in its `details`.\n");
        foreach (var type in (Type[])[typeof(Quantified), typeof(End), typeof(Participant), typeof(Clew.Facts.Reference), typeof(Clew.Facts.Evidence), typeof(Certificate), typeof(Correction), typeof(Criterion), typeof(ProductDescription), typeof(PartyDescription), typeof(PlaceDescription)])
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {Name(type)}\n\n").Append(Members(type));
        }

        text.Append("\n## Kinds\n\n`kind`, `id` and `happened` are always needed. *At* is where the items then are, *lot* what happens to a lot's quantity at a place.\n");
        foreach (var family in Enum.GetValues<Family>())
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {family}\n\n").Append(PrintedPage.Table(
                ["kind", "English", "中文", "needs", "outcomes", "at", "lot", "CBV step", "model"],
                Vocabulary.All.Where(k => k.Family == family).Select(k => new[]
                {
                    $"`{k.Word}`", k.En, k.Zh, PrintedPage.Code(Parts.Where(p => (k.Requires & p.Part) != 0).Select(p => p.Word)), PrintedPage.Code(k.Outcomes),
                    k.Whereabouts == Whereabouts.Keeps ? "" : FactWords.Of(k.Whereabouts), k.LotEffect == LotEffect.None ? "" : FactWords.Of(k.LotEffect), k.BizStep, k.Code,
                })));
        }

        PrintedPage.Check("docs/reference/facts.md", text.ToString());
    }

    // What a record can hold, in the words of its own documentation.
    private static string Members(Type type, string? except = null) => PrintedPage.Table(["member", "form", "what"], type.GetProperties()
        .Where(p => p.Name != except && p.GetMethod!.IsPublic)
        .Select(p => new[] { $"`{char.ToLowerInvariant(p.Name[0])}{p.Name[1..]}`", Form(p.PropertyType), Summary(type, p) }));

    private static string Form(Type type) =>
        Nullable.GetUnderlyingType(type) is { } inner ? Form(inner)
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? "list of " + Form(type.GetGenericArguments()[0])
        : type == typeof(string) ? "text"
        : type == typeof(bool) ? "true or false"
        : type == typeof(decimal) ? "number"
        : type == typeof(Identity) ? "identity"
        : type == typeof(EventTime) ? "time with offset"
        : type == typeof(DateOnly) ? "date"
        : type == typeof(Kind) ? "one of the kinds"
        : type == typeof(ReadOnlyMemory<byte>) ? "object, whatever is in it"
        : type == typeof(Description) ? "description of a product, party or place"
        : type == typeof(Quantified) ? "identity or " + Name(type)
        : type == typeof(End) ? "identity of a party or place, or " + Name(type)
        : type.IsEnum ? PrintedPage.Code(Enum.GetNames(type).Select(n => char.ToLowerInvariant(n[0]) + n[1..]))
        : Name(type);

    private static string Name(Type type) => char.ToLowerInvariant(type.Name[0]) + type.Name[1..];

    private static string Summary(Type type, PropertyInfo property)
    {
        var element = Documentation.GetValueOrDefault($"P:{type.FullName}.{property.Name}")?.Element("summary")
            ?? Documentation.GetValueOrDefault($"T:{type.FullName}")?.Elements("param").FirstOrDefault(p => p.Attribute("name")!.Value == property.Name);
        if (element is null)
        {
            return "";
        }

        foreach (var reference in element.Elements("see").ToList())
        {
            var last = reference.Attribute("cref")!.Value.Split('.')[^1];
            reference.ReplaceWith($"`{char.ToLowerInvariant(last[0])}{last[1..]}`");
        }

        return string.Join(' ', element.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static readonly Dictionary<string, XElement> Documentation = XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Clew.xml")).Descendants("member")
        .ToDictionary(m => m.Attribute("name")!.Value, StringComparer.Ordinal);
}
