using System.Buffers;
using System.Text;
using System.Text.Json;
using Clew.Facts;

namespace Clew.Epcis;

/// <summary>What master data say of one thing, in the terms of EPCIS: its vocabulary, attributes, and what is within it.</summary>
/// <param name="Vocabulary">The type of the vocabulary, a URI.</param>
/// <param name="Id">As its sender writes it.</param>
/// <param name="Attributes">Each with its value as a text and as JSON.</param>
/// <param name="Children">What is within, by name and as written.</param>
/// <param name="Within">The name of what it is within, where that is said of the inner.</param>
public sealed record VocabularyElement(string Vocabulary, string Id, IReadOnlyList<(string Id, string Value, string Body)> Attributes, IReadOnlyList<(string Name, string Id)> Children, string? Within)
{
    /// <summary>What the details of a fact call it.</summary>
    public const string TypeName = "VocabularyElement";

    /// <summary>Places as EPCIS calls them.</summary>
    public const string Location = "urn:epcglobal:epcis:vtype:BusinessLocation";

    /// <summary>Products as EPCIS calls them.</summary>
    public const string Product = "urn:epcglobal:epcis:vtype:EPCClass";

    /// <summary>Parties as EPCIS calls them.</summary>
    public const string Party = "urn:epcglobal:epcis:vtype:Party";

    private const string Cbvmda = Contexts.CbvMasterData + "#";

    /// <summary>Its id in the one spelling.</summary>
    public string Name { get; } = NameOf(Id);

    /// <summary>A name in its one spelling.</summary>
    public static string NameOf(string id) => EpcNames.Of(id);

    /// <summary>The id of an attribute in its one spelling: JSON writes those of the CBV with a prefix.</summary>
    public static string AttributeOf(string id) => id.StartsWith("cbvmda:", StringComparison.Ordinal) ? Cbvmda + id[7..] : id;

    /// <summary>What a fact says of a vocabulary; nothing for a fact that does not.</summary>
    public static VocabularyElement? Of(Fact fact)
    {
        if (fact.Describes is { } description)
        {
            return Of(description);
        }

        if (fact.Kind != Facts.Vocabulary.VocabularyDescribed || fact.Details.IsEmpty || JsonSource.Object(fact.Details.Span).Members[FactAsEvent.Details] is not Group said || said.Text("vocabulary") is not { } vocabulary || said.Text("id") is not { } id)
        {
            return null;
        }

        var attributes = said.List("attributes").OfType<Group>().Where(a => a.Text("id") is not null).Select(a =>
        {
            var value = a["attribute"] ?? new Text("");
            var body = Json(value);
            return (AttributeOf(a.Text("id")!), value is Text text ? text.Value : body, body);
        }).ToList();
        return new VocabularyElement(vocabulary, id, attributes, [.. said.List("children").OfType<Text>().Select(c => (NameOf(c.Value), c.Value)).Distinct()], null);
    }

    private static VocabularyElement Of(Description description)
    {
        List<(string Id, string Value, string Body)> attributes = [];
        void Say(string id, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                attributes.Add((id, value, Json(new Text(value))));
            }
        }

        Say(Cbvmda + (description is ProductDescription ? "descriptionShort" : "name"), description.NameEn);
        Say(FactAsEvent.Namespace + "nameZh", description.NameZh);
        switch (description)
        {
            case ProductDescription product:
                Say(FactAsEvent.Namespace + "model", product.Model);
                Say(FactAsEvent.Namespace + "maker", product.Maker?.ToUri());
                return new VocabularyElement(Product, product.Subject.ToUri(), attributes, [], null);
            case PartyDescription party:
                Say(Cbvmda + "countryCode", party.Country);
                Say(FactAsEvent.Namespace + "role", FactWords.Of(party.Role));
                return new VocabularyElement(Party, party.Subject.ToUri(), attributes, [], null);
            default:
                var place = (PlaceDescription)description;
                Say(FactAsEvent.Namespace + "owner", place.Owner?.ToUri());
                Say(FactAsEvent.Namespace + "use", place.Use);
                return new VocabularyElement(Location, place.Subject.ToUri(), attributes, [], place.Within is { } within ? NameOf(within.ToUri()) : null);
        }
    }

    private static string Json(Node value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            JsonWriting.Value(json, value);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
