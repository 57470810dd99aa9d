using System.Text;
using Clew.Epcis;


namespace Clew.Tests.Reference;

/// <summary>Prints what EPCIS says of an event, what each type asks for, and what an event is to us.</summary>
public sealed class EpcisPage
{
    private static readonly EventTypes[] Types = [EventTypes.ObjectEvent, EventTypes.AggregationEvent, EventTypes.TransactionEvent, EventTypes.TransformationEvent, EventTypes.AssociationEvent];

    [Fact]
    public void Epcis_is_printed()
    {
        var text = new StringBuilder("""
            # EPCIS

            Printed from `src/Clew/Epcis` (`Shapes.cs`, `EventCheck.cs`, `EventForms.cs`); do not edit.

            ## Members of an event

            In the order of the event hash (CBV 2.0). `!` must be there, `+` may be there.


            """);
        text.Append(PrintedPage.Table(["member", "value", "Object", "Aggregation", "Transaction", "Transformation", "Association", "hashed", "in 1.2"],
            Shapes.Event.Fields.Select(f => (string?[])
            [
                $"`{f.Name}`", Value(f.Shape), .. Types.Select(t => (f.RequiredIn & t) != 0 ? "!" : (f.In & t) != 0 ? "+" : ""), f.IsHashed ? "yes" : "",
                f.Place switch { PlaceIn12.Main => "", PlaceIn12.BaseExtension => "baseExtension", PlaceIn12.Extension => "extension", _ => "extension/extension" },
            ])));
        text.Append("\n## What a type and an action ask for\n\nOne of these must be there; ilmd only with ADD.\n\n");
        text.Append(PrintedPage.Table(["type", "action", "one of"],
            EventCheck.Rules.Select(r => new[] { r.Types.ToString(), r.Actions.Length == 0 ? "any" : r.Actions, string.Join(" or ", r.OneOf.Select(all => string.Join(" and ", all.Select(n => $"`{n}`")))) })));
        text.Append("""

            ## Facts and events

            Read: an event is the fact of the first row that fits; a dash means any. What no row knows, or does not say what its kind asks for, is
            kept whole as an observation, shown on the timeline of what it names, and searchable. Written: a fact takes the first row of its kind and
            outcome; a dash writes nothing. `urn:clew:` stands where the CBV has no word. Where the written row would be read as another kind, and for
            whatever EPCIS has no member for, the event says it under the fact's own name in `urn:clew:fact:` (`clew:kind`, `clew:reason`, `clew:case`).
            An error declaration is the event that does not stand, once more; master data stands in the header of a document.


            """);
        text.Append(PrintedPage.Table(["type", "action", "bizStep", "disposition", "kind", "outcome", "persistent disposition"],
            EventForms.All.Select(r => new[] { r.Type, r.Action, r.BizStep, r.Disposition, $"`{r.Kind.Word}`", r.Outcome, r.Sets is { } set ? $"set {set}" : r.Ends is { } unset ? $"unset {unset}" : "" })));
        PrintedPage.Check("docs/reference/epcis.md", text.ToString());
    }

    private static string Value(Shape shape) => shape.Form switch
    {
        ValueForm.List when shape.Of!.Form == ValueForm.Group => $"list of {string.Join(", ", shape.Of.Fields.Select(f => f.Name))}",
        ValueForm.List or ValueForm.OneOrMany => $"{(shape.Form == ValueForm.OneOrMany ? "one or many" : shape.IsSet ? "set" : "list")} of {shape.Of!.Form}",
        ValueForm.Group => shape.Fields.Count == 0 ? "members with a namespace" : string.Join(", ", shape.Fields.Select(f => f.Name)),
        ValueForm.Word => $"{shape.Words!.Name} of the CBV, or a URI",
        ValueForm.Choice => string.Join(", ", shape.Choices),
        _ => shape.Form.ToString(),
    };
}
