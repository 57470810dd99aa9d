using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Clew.Facts;

namespace Clew.Simulation;

/// <summary>
/// Sends a story to a server as the company's systems would: documents over HTTP, each under its sender's key. Some are sent at
/// once, but what follows from something else is sent after it, so that little has to be told again.
/// </summary>
public sealed class Loader(Uri server, Func<string, Task<string>> keyOf) : IDisposable
{
    /// <summary>Facts in one document: long enough that the overhead vanishes, far below what makes a job of it.</summary>
    public const int DocumentMax = 400;

    /// <summary>Documents on the way at once.</summary>
    private const int AtOnce = 4;

    // In one week things flow this way: who is later in the list hears of it later.
    private static readonly string[] Flow = ["erp", "mes-suzhou", "mes-changzhou", "wms", "carrier", "distributor", "hospital", "service", "qms"];

    private readonly HttpClient client = new() { BaseAddress = server, Timeout = TimeSpan.FromMinutes(5) };
    private readonly ConcurrentDictionary<string, string> keys = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>Sends everything.</summary>
    /// <param name="progress">Hears how many facts are in, of how many.</param>
    /// <returns>How many facts went in.</returns>
    public async Task<int> Load(Story story, IProgress<(int Sent, int All)>? progress, CancellationToken ct)
    {
        var files = new List<EvidenceFile>();
        story.Kept = files.Add;
        var groups = Ordered(story);
        var all = groups.Sum(g => g.Sum(t => t.Facts.Count));
        var evidence = Evidence(files, ct);
        var sent = 0;
        foreach (var group in groups)
        {
            await Parallel.ForEachAsync(Documents(group), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (document, token) =>
            {
                var (sender, facts) = document;
                await Send(sender, Tale.Document(facts), 201, token);
                progress?.Report((Interlocked.Add(ref sent, facts.Count), all));
            });
        }

        foreach (var broken in story.Broken())
        {
            await Send(broken.Sender, broken.Bytes, 422, ct);
        }

        await evidence;
        return sent;
    }

    /// <summary>The tales of a story, in groups that may be told at once.</summary>
    public static List<List<Tale>> Ordered(Story story)
    {
        var first = story.Beginnings().Select(t => new List<Tale> { t });
        var rest = story.Pumps().Concat(story.Implants()).Concat(story.Troubles()).ToList();
        var begun = rest.Min(t => t.Begun);
        return [.. first, .. rest.GroupBy(t => (Week: (t.Begun - begun).Days / 7, Rank: Rank(t.Sender))).OrderBy(g => g.Key.Week).ThenBy(g => g.Key.Rank).Select(g => g.OrderBy(t => t.Begun).ToList())];
    }

    private static int Rank(string sender) => Array.FindIndex(Flow, f => sender.StartsWith(f, StringComparison.Ordinal));

    private static IEnumerable<(string Sender, List<Fact> Facts)> Documents(List<Tale> tales)
    {
        foreach (var mine in tales.GroupBy(t => t.Sender))
        {
            var facts = new List<Fact>();
            foreach (var tale in mine)
            {
                facts.AddRange(tale.Facts);
                if (facts.Count >= DocumentMax)
                {
                    yield return (mine.Key, facts);
                    facts = [];
                }
            }

            if (facts.Count > 0)
            {
                yield return (mine.Key, facts);
            }
        }
    }

    private async Task Evidence(List<EvidenceFile> files, CancellationToken ct)
    {
        var key = await Key("mes-suzhou");
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (file, token) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/evidence?name=" + Uri.EscapeDataString(file.Name)) { Content = new ByteArrayContent(file.Bytes) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var answer = await client.SendAsync(request, token);
            answer.EnsureSuccessStatusCode();
        });
    }

    private async Task Send(string sender, byte[] document, int expected, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/capture") { Content = new ByteArrayContent(document) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Key(sender));
        using var answer = await client.SendAsync(request, ct);
        if ((int)answer.StatusCode != expected)
        {
            throw new InvalidOperationException($"A document of {sender} was answered with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");
        }
    }

    private async Task<string> Key(string sender)
    {
        if (!keys.TryGetValue(sender, out var key))
        {
            keys[sender] = key = await keyOf(sender);
        }

        return key;
    }
}
