using System.Globalization;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;
using Clew.Server.Ledger;
using Clew.Server.MasterData;
using Clew.Server.Recall;
using Clew.Tests.Capture;
using Clew.Tests.Storage;
using CsCheck;

namespace Clew.Tests.Recall;

/// <summary>The scope of a cell lot, against an oracle that knows nothing of links and reaches: it goes through all facts in memory.</summary>
public sealed class ScopeByBruteForce(Ground ground)
{
    private static readonly Gen<(bool IsIn, int Child, int Parent, int Quantity)> Change = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 5], Gen.Int[1, 3], Gen.Int[1, 3], (way, child, parent, quantity) => (way > 0, child, parent, quantity));

    [Fact]
    public async Task A_scope_is_what_going_through_all_facts_finds() =>
        await Gen.Select(Change.Array[5, 40], Gen.Int[0, int.MaxValue - 1]).SampleAsync(async (changes, seed) =>
        {
            // Children 0 and 1 are lots of cells, fitted in batteries; 2 to 5 are batteries 1 to 3, fitted in pumps.
            var lines = changes.Select((c, i) => c.Child < 2
                ? $"#{i} 1.{i * 7} component{(c.IsIn ? "Fitted" : "Removed")} cell:L{c.Child}*{c.Quantity} in B{c.Parent} at plant"
                : $"#{i} 1.{i * 7} component{(c.IsIn ? "Fitted" : "Removed")} B{(c.Child % 3) + 1} in P{c.Parent} at plant").ToArray();
            await using var company = await Company.Found(ground).Described();
            var random = new Random(seed);
            (await company.Tell(lines.OrderBy(_ => random.Next()))).ShouldAllBe(o => o.Status == FactStatus.Admitted);
            using var names = new Names(company.Database);
            foreach (var at in (int?[])[null, random.Next(changes.Length)])
            {
                var asOf = new AsOf(null, at is { } until ? EventTime.Of(new DateTimeOffset(2026, 1, 2, 8, 0, 0, TimeSpan.Zero).AddMinutes(until * 7)) : null);
                var criterion = new Criterion([Identity.Read(Tale.Name("cell:L0")).Value], [], [], null, null, []);
                var found = new List<string>();
                await foreach (var unit in new ScopeQueries(company.Database, names).List(criterion, asOf, null, 0, 1000, TestContext.Current.CancellationToken))
                {
                    if (unit.IsDevice)
                    {
                        found.Add($"{unit.Identity.Instance} {unit.Set}");
                    }
                }

                // A pump that nobody had named by then stands nowhere, though a later removal shows that it had the part.
                bool Named(string line) => changes.Take((at ?? int.MaxValue - 1) + 1).Any(c => c.Child >= 2 && line.StartsWith($"P{c.Parent} ", StringComparison.Ordinal));
                found.Where(Named).Order(StringComparer.Ordinal).ShouldBe(Oracle(changes, at ?? int.MaxValue).Where(Named).Order(StringComparer.Ordinal), string.Create(CultureInfo.InvariantCulture, $"as of {at}\n{string.Join('\n', lines)}"));
            }
        }, iter: 25, threads: 1);

    private static IEnumerable<string> Oracle((bool IsIn, int Child, int Parent, int Quantity)[] changes, int at)
    {
        for (var pump = 1; pump <= 3; pump++)
        {
            var stays = (from battery in Enumerable.Range(1, 3)
                         from cells in Intervals(changes, c => c.Child == 0 && c.Parent == battery, c => c.Quantity)
                         from whole in Intervals(changes, c => c.Child >= 2 && (c.Child % 3) + 1 == battery && c.Parent == pump, _ => 1)
                         let begun = Math.Max(cells.From, whole.From)
                         let ended = Math.Min(cells.To, whole.To)
                         where begun < ended && begun <= at
                         select ended).ToList();
            if (stays.Count > 0)
            {
                yield return $"P{pump} {(stays.Exists(ended => ended > at) || stays.Contains(int.MaxValue) ? ScopeSet.Now : ScopeSet.Before)}";
            }
        }
    }

    // First in, first out; what came out without having gone in was there from before we know.
    private static List<(int From, int To)> Intervals((bool IsIn, int Child, int Parent, int Quantity)[] changes, Func<(bool IsIn, int Child, int Parent, int Quantity), bool> which, Func<(bool IsIn, int Child, int Parent, int Quantity), int> quantity)
    {
        var pieces = new Queue<int>();
        var told = new List<(int, int)>();
        for (var i = 0; i < changes.Length; i++)
        {
            for (var n = which(changes[i]) ? quantity(changes[i]) : 0; n > 0; n--)
            {
                if (changes[i].IsIn)
                {
                    pieces.Enqueue(i);
                }
                else
                {
                    told.Add((pieces.TryDequeue(out var from) ? from : int.MinValue, i));
                }
            }
        }

        told.AddRange(pieces.Select(from => (from, int.MaxValue)));
        return told;
    }
}
