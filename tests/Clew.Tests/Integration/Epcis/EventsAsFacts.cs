using System.Text;
using Clew.Identification;

namespace Clew.Tests.Integration.Epcis;

/// <summary>
/// Events and the facts that they are, as text: <c>events.txt</c>. A line that begins with <c>#</c> names a case, the next is the
/// event, then the fact, canonical; a line with <c>!</c> is an error, with <c>?</c> a warning, by its code and path.
/// </summary>
public sealed class EventsAsFacts
{
    [Fact]
    public void Every_case_is_as_it_is_written()
    {
        var written = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Integration", "Epcis", "events.txt"));
        var told = new StringBuilder();
        foreach (var block in written.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            told.Append(lines[0]).Append('\n').Append(lines[1]).Append('\n');
            foreach (var (fact, findings, _) in Documents.Read(lines[1]))
            {
                if (fact is not null)
                {
                    told.Append(Documents.Canonical(fact)).Append('\n');
                }

                foreach (var finding in findings)
                {
                    told.Append(finding.Severity == Severity.Error ? '!' : '?').Append(' ').Append(finding.Code).Append(' ').Append(finding.Path).Append('\n');
                }
            }

            told.Append('\n');
        }

        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "events.told.txt"), told.ToString());
        told.ToString().Trim().ShouldBe(written.Trim());
    }
}
