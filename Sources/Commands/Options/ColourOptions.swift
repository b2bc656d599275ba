import ArgumentParser

/// Colour only repeats what words say already.
struct ColourOptions: ParsableArguments {
  @Flag(help: "Write without colour, as NO_COLOR in the environment does.") var noColor = false

  var console: Console { Console(isColoured: Console.isColourWanted && !noColor) }
}
