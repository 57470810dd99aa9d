using System.Diagnostics;
using System.Text;

namespace Clew.Bench;

/// <summary>Sends requests from so many clients at once and says how fast they were answered.</summary>
internal static class Load
{
    /// <summary>Posts documents; every one must be taken in.</summary>
    /// <param name="document">Document i, made before the clock starts when there are few, or on the way when they are many.</param>
    /// <returns>Seconds.</returns>
    public static async Task<double> Post(Ground ground, int clients, int documents, Func<int, byte[]> document)
    {
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            using var line = new HttpLine(ground.Server);
            for (int mine; (mine = Interlocked.Increment(ref next)) < documents;)
            {
                if (await line.Send(document(mine)) is not (201 or 202) and var status)
                {
                    throw new InvalidOperationException($"{status}: {Encoding.UTF8.GetString(line.Body.Span)}");
                }
            }
        }));
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>Asks the same sort of question again and again from one client, and returns the milliseconds of each answer, the quickest first.</summary>
    public static async Task<double[]> Ask(Ground ground, int times, string key, Func<int, string> path)
    {
        using var line = new HttpLine(ground.Server);
        var took = new double[times];
        for (var i = -times / 5; i < times; i++)
        {
            // The first fifth warms up, on other questions of the same sort.
            var request = line.Get(path(i < 0 ? times - i : i), key);
            var begun = Stopwatch.GetTimestamp();
            if (await line.Send(request) is not 200 and var status)
            {
                throw new InvalidOperationException($"{status}: {Encoding.UTF8.GetString(line.Body.Span)}");
            }

            if (i >= 0)
            {
                took[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            }
        }

        Array.Sort(took);
        return took;
    }
}
