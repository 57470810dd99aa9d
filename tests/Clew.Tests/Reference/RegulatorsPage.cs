using System.Text;
using Clew.MasterData;

namespace Clew.Tests.Reference;

/// <summary>Prints which fields of regulators' records are taken, and what files may call them.</summary>
public sealed class RegulatorsPage
{
    [Fact]
    public void Regulators_are_printed()
    {
        var names = RegulatorField.All.Concat(RegulatorField.Keys).SelectMany(f => new[] { f.Word, f.Nmpa, f.Gudid, f.Eudamed }.Where(n => n.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase));
        names.ShouldBeUnique("a name in a file means one field");
        var text = new StringBuilder("""
            # Regulators' records

            Printed from `src/Clew/MasterData/RegulatorField.cs`; do not edit. `POST /regulators/{regulator}` and `./clew regulators REGULATOR FILE` take
            the databases' own XML, a table with a header (comma, bar, tab or semicolon), or JSON (an array, or an object with `devices`). A name of any
            column is understood wherever it stands in a record, in any letter case.

            ## Databases


            """);
        text.Append(PrintedPage.Table(["regulator", "en", "zh"], Regulator.All.Select(r => new[] { $"`{r.Word}`", r.En, r.Zh })));
        text.Append("\n## What a record is about\n\nAccessGUDID's list of identifiers (`deviceId`, `deviceIdType`, `deviceIdIssuingAgency`, `pkgQuantity`) is read as well.\n\n").Append(Table(RegulatorField.Keys));
        text.Append("\n## What it says\n\n").Append(Table(RegulatorField.All));
        PrintedPage.Check("docs/reference/regulators.md", text.ToString());
    }

    private static string Table(IEnumerable<RegulatorField> fields) =>
        PrintedPage.Table(["our word", "NMPA", "AccessGUDID", "EUDAMED", "en", "zh"], fields.Select(f => new[] { $"`{f.Word}`", Code(f.Nmpa), Code(f.Gudid), Code(f.Eudamed), f.En, f.Zh }));

    private static string Code(string name) => name.Length == 0 ? "" : $"`{name}`";
}
