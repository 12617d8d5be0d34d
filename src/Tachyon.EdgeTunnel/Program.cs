using Tachyon.EdgeTunnel.Cli;

return await EdgeCommandLine.CreateAll().RunAsync(args);
