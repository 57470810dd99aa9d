using Clew.Server;

return await Commands.Run(args);
