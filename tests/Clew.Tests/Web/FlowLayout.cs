using Clew.Server.Genealogy;

namespace Clew.Tests.Web;

public sealed class FlowLayout
{
    [Fact]
    public void Boxes_of_a_column_do_not_overlap_and_bands_fill_what_they_join()
    {
        var random = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var (left, right) = (random.Next(1, 12), random.Next(1, 12));
            List<FlowBox> boxes = [.. Enumerable.Range(0, left).Select(i => new FlowBox($"l{i}", 0, $"l{i}", null, "")), .. Enumerable.Range(0, right).Select(i => new FlowBox($"r{i}", 1, $"r{i}", null, ""))];
            var bands = Enumerable.Range(0, left).SelectMany(l => Enumerable.Range(0, right).Select(r => new FlowBand($"l{l}", $"r{r}", random.Next(1, 2_000), ""))).ToList();
            var flow = Flow.Of(boxes, bands, 440);
            flow.Boxes.Count.ShouldBe(left + right);
            foreach (var column in flow.Boxes.GroupBy(b => b.X))
            {
                var sorted = column.OrderBy(b => b.Y).ToList();
                sorted.Zip(sorted.Skip(1)).ShouldAllBe(pair => pair.First.Y + pair.First.Height <= pair.Second.Y);
                sorted[0].Y.ShouldBeGreaterThanOrEqualTo(-0.001);
                (sorted[^1].Y + sorted[^1].Height).ShouldBeLessThanOrEqualTo(flow.Height + 0.001);
                column.Sum(b => b.Units).ShouldBe(bands.Sum(b => b.Units));
            }

            foreach (var band in flow.Bands)
            {
                var (from, to) = (flow.Boxes.Single(b => b.Box.Key == band.Band.From), flow.Boxes.Single(b => b.Box.Key == band.Band.To));
                band.Y1.ShouldBeInRange(from.Y, from.Y + from.Height);
                band.Y2.ShouldBeInRange(to.Y, to.Y + to.Height);
                band.X1.ShouldBe(from.X + Flow.BoxWidth);
                band.X2.ShouldBe(to.X);
            }
        }
    }
}
