using System.Reflection;
using System.Text;
using System.Xml.Linq;
using Clew.Facts;
using Clew.Server.Web;
using Clew.Tests.Reference;

namespace Clew.Tests.Architecture;

/// <summary>
/// Which room may know which (TABLE), for the kernel and for the shell. Both ways: every arrow that the compiled code uses is listed,
/// every arrow that is listed is used. <c>ARCHITECTURE.md</c> quotes it.
/// </summary>
public sealed class Arrows
{
    // A room knows only rooms that stand above it: there are no circles in the kernel.
    private static readonly Dictionary<string, string[]> Kernel = new(StringComparer.Ordinal)
    {
        ["Identification"] = [],
        ["Symbols"] = ["Identification"],
        ["Labels"] = ["Identification", "Symbols"],
        ["Numbering"] = ["Identification"],
        ["Facts"] = ["Identification"],
        ["Access"] = ["Facts"],
        ["Ledger"] = ["Facts"],
        ["Epcis"] = ["Facts", "Identification", "Ledger"],
        ["Proof"] = ["Identification", "Ledger"],
        ["MasterData"] = ["Facts", "Identification", "Ledger"],
        ["Lifecycle"] = ["Facts", "Identification", "Ledger", "MasterData"],
        ["Genealogy"] = ["Identification", "Ledger", "Lifecycle"],
        ["Capture"] = ["Facts", "Genealogy", "Identification", "Ledger", "Lifecycle", "MasterData"],
    };

    // The shell speaks every word of the kernel, which knows none of its words; the arrows here are those between its own rooms.
    // There are circles, each with its reason:
    //   Ledger ↔ every view     the writer has each view write in its transaction (Ledger/Views), each view writes with Ledger/Rows
    //   Ledger ↔ Capture        Capture hands submissions in; the writer fetches with Capture/Shelf what a batch will ask for
    //   Lifecycle ↔ Genealogy   an item's page names the parts that are missing; a tree names how things stand with its items
    //   Genealogy ↔ Recall      the trace page shows a scope; a scope's picture draws the traces of its units
    //   Capture ↔ Recall        the recall desk speaks through Capture/Desk; Capture/Shelf fetches the holds that an item is under
    //   Capture ↔ Integration   a document is read by the reader of its form; what EPCIS asks for is answered with what Capture keeps
    //   Lifecycle, Genealogy ↔ Identification  scan boxes undo what a station's scanner adds; "What is this?" names how things stand with an item
    //   Lifecycle, Recall ↔ Evidence  pages name the files that are kept; a pack is about the life of an item or a recall
    //   Capture ↔ Proof         the page of exceptions shows alarms; that somebody read the audit trail is said through Capture/Desk
    //   Access ↔ every room     what changes access is said in the ledger, a phone reads its key from Symbols; all rooms ask who it is
    //   … ↔ Web                 Web/WebServer puts all rooms together; all rooms answer in the form of Web/Problems, Questions and Pages
    private static readonly Dictionary<string, string[]> Shell = new(StringComparer.Ordinal)
    {
        ["Storage"] = [],
        ["Integration"] = ["Access", "Capture", "Ledger", "MasterData", "Web"],
        ["Identification"] = ["Access", "Evidence", "Genealogy", "Lifecycle", "MasterData", "Symbols", "Web"],
        ["Access"] = ["Ledger", "MasterData", "Symbols", "Web"],
        ["Ledger"] = ["Capture", "Genealogy", "Lifecycle", "MasterData", "Recall", "Signing", "Storage"],
        ["MasterData"] = ["Capture", "Ledger"],
        ["Care"] = ["Access", "Capture", "Ledger", "Storage", "Web"],
        ["Evidence"] = ["Access", "Capture", "Ledger", "Lifecycle", "MasterData", "Proof", "Recall", "Web"],
        ["Signing"] = ["Access", "Ledger", "Web"],
        ["Numbering"] = ["Access", "MasterData", "Web"],
        ["Symbols"] = ["Access", "Web"],
        ["Labels"] = ["Access", "Identification", "MasterData", "Symbols", "Web"],
        ["Proof"] = ["Access", "Capture", "Ledger", "Lifecycle", "MasterData", "Recall", "Storage", "Web"],
        ["Lifecycle"] = ["Access", "Evidence", "Genealogy", "Identification", "Ledger", "MasterData", "Signing", "Web"],
        ["Genealogy"] = ["Access", "Identification", "Ledger", "Lifecycle", "MasterData", "Recall", "Web"],
        ["Capture"] = ["Access", "Integration", "Ledger", "Lifecycle", "Proof", "Recall", "Web"],
        ["Recall"] = ["Access", "Capture", "Evidence", "Genealogy", "Identification", "Ledger", "Lifecycle", "MasterData", "Signing", "Web"],
        ["Web"] = ["Access", "Capture", "Care", "Evidence", "Genealogy", "Identification", "Integration", "Labels", "Ledger", "Lifecycle", "MasterData", "Numbering", "Proof", "Recall", "Signing", "Symbols"],
        ["."] = ["Access", "Care", "Evidence", "Identification", "Integration", "Ledger", "Proof", "Storage", "Web"],
    };

    // A project is another deployable or another purity, never a layer. Nothing of the product knows the simulation.
    private static readonly Dictionary<string, string[]> Projects = new(StringComparer.Ordinal)
    {
        ["Clew"] = [],
        ["Clew.Server"] = ["Clew"],
        ["Clew.Verify"] = ["Clew"],
        ["Clew.Simulation"] = ["Clew.Server"],
    };

    [Fact]
    public void The_projects_know_what_is_listed() => Compare(Projects, Checkout.Files("src", "*.csproj").ToDictionary(
        f => Path.GetFileNameWithoutExtension(f),
        f => XDocument.Load(Checkout.Path(f)).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)).ToArray(), StringComparer.Ordinal));

    [Fact]
    public void The_kernels_rooms_know_what_is_listed() => Compare(Kernel, Used(typeof(Fact).Assembly, "Clew"));

    [Fact]
    public void The_shells_rooms_know_what_is_listed() => Compare(Shell, Used(typeof(WebServer).Assembly, "Clew.Server"));

    [Fact]
    public void The_kernel_has_no_circles()
    {
        var above = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (room, known) in Kernel)
        {
            known.ShouldBeSubsetOf(above, room);
            above.Add(room);
        }
    }

    [Fact]
    public void The_kernel_knows_nothing_but_the_runtime() =>
        typeof(Fact).Assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(n => !n.StartsWith("System.", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void The_architecture_page_quotes_the_arrows()
    {
        var text = new StringBuilder("```text\n");
        foreach (var (title, arrows) in new[] { ("projects (src)", Projects), ("kernel (src/Clew)", Kernel), ("shell (src/Clew.Server)", Shell) })
        {
            text.Append(title).Append('\n');
            foreach (var (room, known) in arrows)
            {
                text.Append("  ").Append(room.PadRight(16)).Append("→ ").Append(known.Length == 0 ? "–" : string.Join(", ", known)).Append('\n');
            }
        }

        PrintedPage.CheckStretch("ARCHITECTURE.md", "arrows", text.Append("```\n").ToString());
    }

    private static Dictionary<string, string[]> Used(Assembly assembly, string root)
    {
        string? Room(Type type) => type.Assembly != assembly || type.Namespace is not { } space ? null
            : space == root ? "."
            : space.StartsWith(root + ".", StringComparison.Ordinal) ? space[(root.Length + 1)..].Split('.')[0]
            : null;
        return assembly.GetTypes()
            .SelectMany(t => CompiledCode.KnownBy(t).Append(t).Select(k => (From: Room(t), To: Room(k))))
            .Where(a => a.From is not null && a.To is not null)
            .GroupBy(a => a.From!, a => a.To!, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Distinct(StringComparer.Ordinal).Where(to => to != g.Key).Order(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
    }

    private static void Compare(Dictionary<string, string[]> listed, Dictionary<string, string[]> used)
    {
        static List<string> Flat(Dictionary<string, string[]> arrows) => [.. arrows.SelectMany(a => a.Value.Select(to => $"{a.Key} → {to}").Append(a.Key)).Order(StringComparer.Ordinal)];
        var (inTable, inCode) = (Flat(listed), Flat(used));
        (inCode.Except(inTable).Select(a => "used, not listed: " + a).Concat(inTable.Except(inCode).Select(a => "listed, not used: " + a))).ShouldBeEmpty(
            "The rows as the code has them:\n" + string.Join('\n', used.Select(a => $"[\"{a.Key}\"] = [{string.Join(", ", a.Value.Select(to => $"\"{to}\""))}],")));
    }
}
