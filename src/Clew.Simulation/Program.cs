using System.CommandLine;
using System.Globalization;
using Clew.Server;
using Clew.Simulation;

var data = new Option<string?>("--data") { Description = "Folder of the demo's private PostgreSQL." };
var urls = new Option<string>("--urls") { Description = "Where to listen.", DefaultValueFactory = _ => Commands.UsualUrls };
var tier = new Option<string>("--tier") { Description = "How large the company is: demo or small.", DefaultValueFactory = _ => "demo" };
var fresh = new Option<bool>("--fresh") { Description = "Throw away what is there and load it anew." };
var demo = new Command("demo", "The product with the demo company in it, until Ctrl+C.") { data, urls, tier, fresh };
demo.SetAction((parsed, ct) => Demo.Run(parsed.GetValue(data), parsed.GetValue(urls)!, parsed.GetValue(tier)!, parsed.GetValue(fresh), ct));

var times = new Option<int>("--times") { Description = "How many times the demo company, about a quarter of a million facts each.", DefaultValueFactory = _ => 1 };
var output = new Argument<FileInfo>("file") { Description = "Where to write: one document a line, each an array of facts." };
var generate = new Command("generate", "Writes the facts of a company of any size, unit by unit, in constant memory.") { output, times };
generate.SetAction(parsed =>
{
    var story = new Story(Numbers.Scaled(parsed.GetValue(times)), DateOnly.FromDateTime(DateTime.Today));
    var facts = 0L;
    using var file = parsed.GetRequiredValue(output).Create();
    foreach (var tale in story.Beginnings().Concat(story.Pumps()).Concat(story.Implants()))
    {
        foreach (var part in tale.Facts.Chunk(Loader.DocumentMax))
        {
            file.Write(Tale.Document(part));
            file.Write("\n"u8);
        }

        facts += tale.Facts.Count;
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{facts:#,0} facts"));
});

return await Commands.Invoke(new RootCommand("The simulated company 澄泓医疗.") { demo, generate }, args);
