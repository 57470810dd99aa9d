using Clew.Server.Access;
using Clew.Server.Storage;
using Clew.Server.Web;

// clew serve --database "Host=…" --urls http://127.0.0.1:5000
var database = await Database.Open(args[Array.IndexOf(args, "--database") + 1], CancellationToken.None);
var app = WebServer.Build(database, args[Array.IndexOf(args, "--urls") + 1]);
await app.StartAsync();
var key = await app.Services.GetRequiredService<Keys>().Issue("bench", "integrator", null, CancellationToken.None);
Console.WriteLine($"READY {app.Urls.First()} {key}");
await app.WaitForShutdownAsync();
